import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { test } from 'node:test';
import { listen } from './server.ts';

test('closing waits for the last answer, and not for the idle connection that it leaves', async (t) => {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const server = await listen(
    async (_request, response) => {
      response.write('begun, and with it the promise of a kept connection;');
      begun.resolve();
      await go.promise;
      response.end('ended');
    },
    { host: '127.0.0.1', port: 0 },
  );
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  let text = '';
  const answered = new Promise<void>((resolve) => {
    get({ port: server.port, agent }, (response) => {
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', resolve);
    });
  });
  await begun.promise;
  const closed = server.close();
  assert.equal(server.listening(), false);
  go.resolve();
  await answered;
  assert.match(text, /ended$/);
  await closed;
});

test('a port that is taken is an error that names it', async (t) => {
  const address = { host: '127.0.0.1', port: 0 };
  const first = await listen(() => {}, address);
  t.after(() => first.close());
  await assert.rejects(
    listen(() => {}, { ...address, port: first.port }),
    {
      code: 'EADDRINUSE',
      port: first.port,
    },
  );
});
