import { route, runService } from '@tocsin/kit';
import { z } from 'zod';

await runService(
  { name: 'bench', description: 'Greets, as fast as the kit lets it', config: {} },
  ({ http }) =>
    http([
      route({
        method: 'get',
        path: '/greetings/:name',
        summary: 'A greeting',
        params: z.object({ name: z.string() }),
        responses: { 200: z.object({ greeting: z.string() }) },
        handle: async ({ params }) => ({ status: 200, body: { greeting: `Hello, ${params.name}` } }),
      }),
    ]),
);
