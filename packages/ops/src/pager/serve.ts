import { once } from 'node:events';
import type { Server } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { pagerWebhook, pagesOf } from './page.ts';
import { openPageFile, readPages } from './page-file.ts';

export const pagerConfig = z.object({
  HOST: z.string().default('0.0.0.0'),
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Where the pages are kept. */
  PAGER_FILE: z.string().min(1),
});

const longestList = 1000;

/**
 * The pager of whoever has no PagerDuty or Opsgenie: keeps each page in a file before it answers, says it, and shows
 * them all. Depends on nothing that it may have to tell of.
 */
export async function servePager(
  { HOST, HTTP_PORT, PAGER_FILE }: z.output<typeof pagerConfig>,
  say: (line: string) => void,
): Promise<Server> {
  const file = await openPageFile(PAGER_FILE);
  const app = express().disable('x-powered-by');

  app.post('/webhooks/alertmanager', express.json({ limit: '8mb' }), async (request, response) => {
    const webhook = pagerWebhook.safeParse(request.body);
    if (!webhook.success) {
      say(JSON.stringify({ message: 'webhook refused', problem: z.prettifyError(webhook.error) }));
      response.status(400).json({ title: z.prettifyError(webhook.error) });
      return;
    }
    const pages = pagesOf(webhook.data, new Date());
    await file.append(pages);
    for (const page of pages) say(JSON.stringify({ message: 'page', ...page }));
    response.status(202).end();
  });

  app.get('/api/pages', async (_request, response) => {
    response.json({ pages: (await readPages(PAGER_FILE)).slice(-longestList) });
  });

  app.get('/healthz', (_request, response) => {
    response.end('ok\n');
  });

  // Alertmanager tries again after a 5xx, and gives up after a 4xx.
  app.use(
    (error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
      say(JSON.stringify({ message: 'request failed', error: error.message }));
      response.status(error.status ?? 500).json({ title: error.message });
    },
  );

  const server = app.listen(HTTP_PORT, HOST);
  await once(server, 'listening');
  return server;
}
