import express from 'express';

/** The other side of the comparison: the same answer from Express alone. */
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/greetings/:name', (request, response) => {
  response.json({ greeting: `Hello, ${request.params.name}` });
});
app.listen(Number(process.env.HTTP_PORT), '127.0.0.1');
