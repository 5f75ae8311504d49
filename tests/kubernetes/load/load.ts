// Runs in a pod: places so many orders a second through the Services until /tmp/stop is there, waits until each
// accepted one has ended, and reports. It is ready while orders are accepted. Of its own: nothing of ours stands between
// it and what it measures.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const perSecond = Number(process.env.ORDERS_PER_SECOND);
const requestTimeoutMs = 5000;
const endDeadlineMs = 180_000;
const ended = ['shipped', 'cancelled'];

const accepted: string[] = [];
const refused: { at: string; status: number; retryAfter: string; body: string; milliseconds: number }[] = [];
const failed: { at: string; why: string; milliseconds: number }[] = [];
/** Of the answer that came last; 0, none came. */
let lastStatus = 0;

async function call(url: string, body?: object) {
  const init = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
  const retryAfter = response.headers.get('retry-after') ?? '';
  return { status: response.status, retryAfter, text: await response.text() };
}

async function register(): Promise<string> {
  const address = { line1: 'Am Markt 1', city: 'Bonn', postcode: '53111', country: 'DE' };
  const { text } = await call('http://customers:8080/customers', {
    name: 'Ada',
    email: 'ada@example.com',
    address,
  });
  return (JSON.parse(text) as { customerId: string }).customerId;
}

async function placeOrder(customerId: string): Promise<void> {
  const startedAt = Date.now();
  const at = new Date(startedAt).toISOString();
  const order = { customerId, lines: [{ sku: 'mug', quantity: 1 }], paymentToken: 'tok_ok' };
  try {
    const { status, retryAfter, text } = await call('http://orders:8080/orders', order);
    lastStatus = status;
    if (status === 202) accepted.push((JSON.parse(text) as { orderId: string }).orderId);
    else
      refused.push({
        at,
        status,
        retryAfter,
        body: text.slice(0, 300),
        milliseconds: Date.now() - startedAt,
      });
  } catch (error) {
    lastStatus = 0;
    const cause = error instanceof Error && error.cause ? ` (${String(error.cause)})` : '';
    failed.push({ at, why: `${String(error)}${cause}`, milliseconds: Date.now() - startedAt });
  }
}

async function unfinished(orderIds: string[]): Promise<string[]> {
  const deadline = Date.now() + endDeadlineMs;
  let open = orderIds;
  while (open.length > 0 && Date.now() < deadline) {
    const still: string[] = [];
    for (const orderId of open) {
      const answer = await call(`http://orders:8080/orders/${orderId}`).catch(() => undefined);
      const status =
        answer?.status === 200 ? (JSON.parse(answer.text) as { status: string }).status : 'unknown';
      if (!ended.includes(status)) still.push(orderId);
    }
    open = still;
    await sleep(500);
  }
  return open;
}

createServer((_, response) => response.writeHead(lastStatus === 202 ? 200 : 503).end())
  .listen(8080)
  .unref();
const customerId = await register();
const open = new Set<Promise<void>>();
while (!existsSync('/tmp/stop')) {
  const order = placeOrder(customerId).finally(() => open.delete(order));
  open.add(order);
  await sleep(1000 / perSecond);
}
await Promise.all(open);
const lost = await unfinished(accepted);
console.log(JSON.stringify({ accepted: accepted.length, refused, failed, unfinished: lost }));
