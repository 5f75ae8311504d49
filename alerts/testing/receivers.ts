import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Labels } from './alertmanager.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** A server that keeps what it is told, and answers as the far side would. */
export async function startListener(clean: AsyncDisposableStack, status = 200) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('');
    const { method = '', url = '', headers } = request;
    calls.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls: calls as readonly Call[] };
}

interface Webhook {
  readonly receiver: string;
  readonly alerts: readonly { readonly labels: Labels; readonly status: string }[];
}

/** What Alertmanager's webhooks told of as firing, and through which receiver. */
export function heardBy({ calls }: { calls: readonly Call[] }): { receiver: string; labels: Labels }[] {
  return calls
    .filter(({ method, path }) => method === 'POST' && path === '/webhooks/alertmanager')
    .flatMap(({ body }) => {
      const { receiver, alerts } = body as Webhook;
      return alerts.filter(({ status }) => status === 'firing').map(({ labels }) => ({ receiver, labels }));
    });
}
