import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Request {
  readonly method: string | undefined;
  readonly path: string;
  readonly idempotencyKey: string | string[] | undefined;
  readonly body: unknown;
}

/** A shop of one small server, customers and orders at once, that does what a test wants. */
export interface TestShop {
  readonly url: string;
  readonly requests: readonly Request[];
  /** What looks at an order answer first; after them it has come to its `end`. */
  readonly looks: { status: number; body: object }[];
  end: string;
  /** A path that answers 500. */
  failing: string;
  /** Takes requests and answers none. */
  hanging: boolean;
}

export async function openTestShop(clean: AsyncDisposableStack): Promise<TestShop> {
  const requests: Request[] = [];
  const count = (path: string) => requests.filter((request) => request.path === path).length;
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      const { method, url: path = '', headers } = request;
      const body: unknown = sent && JSON.parse(sent);
      requests.push({ method, path, idempotencyKey: headers['idempotency-key'], body });
      if (shop.hanging) return;
      const answer = answerTo(path);
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  const answerTo = (path: string) => {
    if (path === shop.failing) return { status: 500, body: {} };
    if (path === '/customers') return { status: 201, body: { customerId: `customer-${count(path)}` } };
    if (path === '/orders')
      return { status: 202, body: { orderId: `order-${count(path)}`, status: 'placed' } };
    return shop.looks.shift() ?? { status: 200, body: { status: shop.end } };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shop: TestShop = { url, requests, looks: [], end: 'shipped', failing: '', hanging: false };
  return shop;
}
