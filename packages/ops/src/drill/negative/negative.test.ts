import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ports } from '../../../../../deploy/local/ports.ts';
import { type FakePlatform, startFakePlatform } from '../fake-platform.ts';
import { handsAt } from '../hands.ts';
import { type PendingFile, pendingFile } from '../pending.ts';
import { secondsOfSpan } from '../quiet-command.ts';
import type { NegativeDrill } from './negative-drill.ts';
import { performNegative, type Restarter } from './perform-negative.ts';

const never = new AbortController().signal;
const base: NegativeDrill = {
  name: 'one-error',
  does: 'one request fails',
  repairs: [{ kind: 'clear-faults', service: 'customers' }],
  act: async () => {},
  watchSeconds: 2,
};

async function perform(
  context: TestContext,
  drill: (platform: FakePlatform) => Partial<NegativeDrill>,
  signal = never,
  restart: (pending: PendingFile) => Restarter['restart'] = () => async () => {},
) {
  const root = mkdtempSync(path.join(tmpdir(), 'tocsin-negative-'));
  const platform = await startFakePlatform({ message: 'it rings' });
  context.after(async () => {
    await platform.close();
    rmSync(root, { recursive: true });
  });
  const pending = pendingFile(root);
  const deps = {
    platform,
    pending,
    signal,
    hands: (alert: string) => handsAt({ root, dataDir: root, ports, platform, alert }),
    loadDrill: () => Promise.reject(new Error('there is none')),
    progress: { say() {}, waiting() {}, reached() {} },
    restarter: { services: ['customers'], restart: restart(pending) },
  };
  const result = performNegative(deps, { ...base, ...drill(platform) });
  return { result, platform, pending };
}

test('a negative drill in which nothing rings passes', async (context) => {
  const { result } = await perform(context, () => ({}));
  assert.deepEqual(await result, { problems: [], notes: [] });
});

test('one that rings fails, is told by whom it was heard, and is repaired', async (context) => {
  const { result, platform, pending } = await perform(context, (own) => ({
    act: () => own.setFaults('customers', []),
  }));
  const { problems } = await result;
  assert.deepEqual(problems, [
    'HighErrorRate of customers has fired',
    'the room heard of HighErrorRate of customers',
  ]);
  assert.equal(platform.broken(), false);
  assert.equal(await pending.read(), undefined);
});

test('an alert that may ring may ring once', async (context) => {
  const mayRing = ['HighErrorRate', 'OrdersStuck'];
  const { result } = await perform(context, (own) => ({
    mayRing,
    act: async ({ untilInTheRoom }) => {
      await own.setFaults('customers', []);
      await untilInTheRoom('HighErrorRate');
      own.alsoTell('OrdersStuck');
      own.alsoTell('OrdersStuck');
    },
  }));
  assert.deepEqual((await result).problems, ['the room heard of OrdersStuck of orders more than once']);
});

test('one that is ended early is repaired first', async (context) => {
  const ending = new AbortController();
  const { result, platform, pending } = await perform(
    context,
    (own) => ({
      act: async () => {
        await own.setFaults('customers', []);
        ending.abort(new Error('ended'));
      },
    }),
    ending.signal,
  );
  await assert.rejects(result, /ended/);
  assert.equal(platform.broken(), false);
  assert.equal(await pending.read(), undefined);
});

test('what it restarts is repaired until it is whole again, with its own settings', async (context) => {
  const seen: unknown[] = [];
  const { result, pending } = await perform(
    context,
    () => ({
      repairs: [],
      act: async ({ restart }) => {
        await restart('customers', { RELEASE: 'drill' });
        await restart('orders');
        seen.push((await pending.read())?.repairs);
        await restart('customers');
        seen.push((await pending.read())?.repairs);
      },
    }),
    never,
    (file) => async (part) => void seen.push([part, (await file.read())?.repairs.length]),
  );
  assert.deepEqual((await result).problems, []);
  const customers = { kind: 'restart', part: 'customers' };
  assert.deepEqual(seen, [['customers', 1], ['orders', 2], [customers], ['customers', 1], []]);
});

test('how long to be quiet is a time from a second to a day', () => {
  assert.deepEqual(['90s', '15m', '1h'].map(secondsOfSpan), [90, 900, 3600]);
  for (const bad of ['soon', '', '-5m', '0s', '2d', '15 minutes of fame']) {
    assert.throws(() => secondsOfSpan(bad), /FOR must be a time/, bad);
  }
});
