import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitError } from '../errors.ts';
import { testDeps, until } from '../testing/backing.ts';
import { createFaults, type Fault, faultListSchema, noFaults } from './faults.ts';

function setUp() {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const faults = createFaults({ ...testDeps(), clock: { now: () => new Date(now) } });
  return {
    faults,
    set: (...list: object[]) => faults.set(faultListSchema.parse({ faults: list }).faults as Fault[]),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

const injected = (error: unknown) => error instanceof KitError && error.code === 'fault_injected';

async function struck(times: number, work: () => Promise<void>): Promise<number> {
  let failures = 0;
  for (let i = 0; i < times; i += 1) await work().catch(() => (failures += 1));
  return failures;
}

test('an error strikes the route that it names, and no other', async () => {
  const { faults, set } = setUp();
  set({ kind: 'http-error', route: '/orders/:orderId' });
  await assert.rejects(faults.beforeRequest('/orders/:orderId'), injected);
  await faults.beforeRequest('/orders');
  await faults.beforeEvent('order.placed.v1');
  set({ kind: 'http-error' });
  await assert.rejects(faults.beforeRequest('/orders'), injected);
});

test('the description of the API is struck by a fault that names it alone', async () => {
  const { faults, set } = setUp();
  set({ kind: 'http-error' }, { kind: 'http-latency', milliseconds: 9000 });
  await faults.beforeRequest('/openapi.json');
  set({ kind: 'http-error', route: '/openapi.json' });
  await assert.rejects(faults.beforeRequest('/openapi.json'), injected);
  await faults.beforeRequest('/orders');
});

test('an error in a handler strikes its event type, to be tried again or not', async () => {
  const { faults, set } = setUp();
  const retryable = (expected: boolean) => (error: unknown) =>
    injected(error) && (error as KitError).retryable === expected;
  set({ kind: 'handler-error', eventType: 'order.placed.v1' });
  await assert.rejects(faults.beforeEvent('order.placed.v1'), retryable(true));
  await faults.beforeEvent('order.shipped.v1');
  await faults.beforeRequest('/orders');
  set({ kind: 'handler-error', retryable: false });
  await assert.rejects(faults.beforeEvent('order.shipped.v1'), retryable(false));
});

test('a share of the calls is struck', async () => {
  const { faults, set } = setUp();
  const rate = async (ratio: number) => {
    set({ kind: 'http-error', ratio });
    return struck(1000, () => faults.beforeRequest('/orders'));
  };
  assert.equal(await rate(0), 0);
  assert.equal(await rate(1), 1000);
  const half = await rate(0.5);
  assert.ok(half > 400 && half < 600, `${half} of 1000`);
});

test('latency is added, and then the request goes on', async () => {
  const { faults, set } = setUp();
  const timed = async (work: () => Promise<void>) => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  set({ kind: 'http-latency', milliseconds: 60 }, { kind: 'handler-latency', milliseconds: 60 });
  assert.ok((await timed(() => faults.beforeRequest('/orders'))) > 50);
  assert.ok((await timed(() => faults.beforeEvent('order.placed.v1'))) > 50);
  set({ kind: 'http-latency', milliseconds: 9000, route: '/other' });
  await faults.beforeRequest('/orders');
});

test('every fault ends by itself', async () => {
  const { faults, set, pass } = setUp();
  set({ kind: 'http-error' }, { kind: 'not-ready', ttlSeconds: 10 });
  assert.equal(faults.refusesReadiness(), true);
  assert.deepEqual(
    faults.list().map(({ kind, endsAt }) => [kind, endsAt]),
    [
      ['http-error', '2026-01-01T00:05:00.000Z'],
      ['not-ready', '2026-01-01T00:00:10.000Z'],
    ],
  );
  pass(10);
  assert.equal(faults.refusesReadiness(), false);
  assert.equal(faults.list().length, 1);
  await assert.rejects(faults.beforeRequest('/orders'), injected);
  pass(290);
  await faults.beforeRequest('/orders');
  assert.deepEqual(faults.list(), []);
});

test('setting faults replaces those before, and clearing ends all', async () => {
  const { faults, set } = setUp();
  set({ kind: 'http-error' });
  set({ kind: 'not-ready' });
  await faults.beforeRequest('/orders');
  assert.equal(faults.refusesReadiness(), true);
  faults.clear();
  assert.equal(faults.refusesReadiness(), false);
});

test('a part that breaks itself is told when a fault begins, and when it ends by itself', async () => {
  const { faults, set, pass } = setUp();
  const told: boolean[] = [];
  faults.onChange(() => told.push(faults.active('leave-group', 'readers') !== undefined));
  set({ kind: 'leave-group', group: 'readers', ttlSeconds: 1 }, { kind: 'rejoin', everySeconds: 5 });
  assert.equal(faults.active('leave-group', 'writers'), undefined);
  assert.partialDeepStrictEqual(faults.active('rejoin', 'anyone'), { everySeconds: 5 });
  pass(1);
  await until(
    'word of the end',
    () => told.includes(false),
    30_000,
    () => told,
  );
  assert.deepEqual(told, [true, false]);
});

test('a fault that strikes once is over when it was taken', () => {
  const { faults, set } = setUp();
  set({ kind: 'refuse-row' });
  assert.equal(faults.take('refuse-row')?.kind, 'refuse-row');
  assert.equal(faults.take('refuse-row'), undefined);
  assert.deepEqual(faults.list(), []);
});

test('where faults are off, none can be set', async () => {
  noFaults.set([{ kind: 'http-error', ratio: 1, ttlSeconds: 300 }]);
  await noFaults.beforeRequest('/orders');
  await noFaults.beforeEvent('order.placed.v1');
  assert.equal(noFaults.refusesReadiness(), false);
  assert.equal(noFaults.active('relay-stop'), undefined);
  assert.deepEqual(noFaults.list(), []);
});
