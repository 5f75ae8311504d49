import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Breakage, Drill } from '../drill/drill.ts';
import { isForwarded, laptopMatter } from './drill-ground.ts';

const acts: Breakage = { kind: 'acts', does: 'something', break: async () => {}, repair: async () => {} };
const parts: Breakage[] = [
  { kind: 'hold', part: 'kafka' },
  { kind: 'kill', part: 'kafka' },
  { kind: 'restart', part: 'kafka' },
  { kind: 'faults', service: 'orders', faults: [] },
];
const cases: [what: string, drill: Pick<Drill, 'breaks' | 'needs'>, why: RegExp | undefined][] = [
  ['hold, kill, restart and faults are done on a cluster, too', { breaks: parts }, undefined],
  ['a freeze is not', { breaks: [...parts, { kind: 'freeze', part: 'kafka' }] }, /frozen on the laptop only/],
  ['what reaches inside is not', { breaks: acts }, /on the laptop only/],
  ['what breaks one broker of three is not', { breaks: parts, needs: { brokers: 3 } }, /laptop only/],
  ['what breaks the only one is', { breaks: parts, needs: { brokers: 1 } }, undefined],
  ['what needs a history is not', { breaks: parts, needs: { history: () => '' } }, /drill profile/],
];

for (const [what, drill, why] of cases) {
  test(what, () => {
    if (why) assert.match(laptopMatter(drill) ?? '', why);
    else assert.equal(laptopMatter(drill), undefined);
  });
}

test('the port of a runbook is that of the cluster when the Prometheus there is its own', async (t) => {
  const cluster = await answering(t, { data: { startTime: '2026-01-01T00:00:00.000000001Z' } });
  const forwarded = await answering(t, { data: { startTime: '2026-01-01T00:00:00.000000001Z' } });
  const another = await answering(t, { data: { startTime: '2026-01-01T00:00:00.000000002Z' } });
  const something = await answering(t, {});
  assert.equal(await isForwarded(cluster, forwarded), true);
  assert.equal(await isForwarded(cluster, another), false);
  assert.equal(await isForwarded(cluster, something), false);
  assert.equal(await isForwarded(something, something), false);
  assert.equal(await isForwarded(cluster, 'http://127.0.0.1:1'), false);
});

async function answering(t: TestContext, answer: object): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
