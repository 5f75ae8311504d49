// Orders per second until the slowest hundredth takes longer than a second from placed to shipped, as shoppers see it.
// Run: make up, then `node bench/orders.ts [port of traffic]`.
import { setTimeout as sleep } from 'node:timers/promises';

const traffic = `http://127.0.0.1:${process.argv[2] ?? 8109}`;
const settleMs = 8000;
const windowSeconds = 20;
const limitMs = 1000;

interface Summary {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly shippedMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

async function setRate(ordersPerSecond: number): Promise<number> {
  const response = await fetch(`${traffic}/rate`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ordersPerSecond }),
  });
  if (!response.ok) throw new Error(`PUT /rate answered ${response.status}`);
  return ordersPerSecond;
}

const rows: Record<string, number | string>[] = [];
const before = (await (await fetch(`${traffic}/rate`)).json()) as { ordersPerSecond: number };
try {
  for (const rate of [5, 10, 20, 40, 60, 80, 100, 150, 200, 300]) {
    await setRate(rate);
    await sleep(settleMs + windowSeconds * 1000);
    const response = await fetch(`${traffic}/summary?seconds=${windowSeconds}`);
    const { outcomes, shippedMs } = (await response.json()) as Summary;
    const { p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN } = shippedMs ?? {};
    const told = Object.entries(outcomes).filter(([, count]) => count > 0);
    rows.push({
      'orders/s': rate,
      'p50 ms': Math.round(p50),
      'p95 ms': Math.round(p95),
      'p99 ms': Math.round(p99),
      outcomes: told.map(([name, count]) => `${name} ${count}`).join(', '),
    });
    console.error(`${rate} orders/s: p99 ${Math.round(p99)} ms`);
    if (!(p99 <= limitMs)) break;
  }
} finally {
  await setRate(before.ordersPerSecond);
}
console.table(rows);
