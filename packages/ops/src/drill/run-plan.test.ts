import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ports } from '../../../../deploy/local/ports.ts';
import type { Drill } from './drill.ts';
import { type FakePlatform, startFakePlatform } from './fake-platform.ts';
import type { Ground, OpenGround } from './ground.ts';
import { handsAt } from './hands.ts';
import type { NegativeDrill } from './negative/negative-drill.ts';
import { pendingFile } from './pending.ts';
import { createScreen } from './progress.ts';
import { leftRinging, runPlan } from './run-plan.ts';

const good: Drill = {
  alert: 'HighErrorRate',
  group: 'http',
  breaks: { kind: 'faults', service: 'customers', faults: [{ kind: 'http-error', ttlSeconds: 60 }] },
  raises: { alertname: 'HighErrorRate', service: 'customers' },
  says: ['it rings'],
  within: { firing: 20, message: 20, cleared: 20, resolved: 20 },
};
const bad: Drill = { ...good, says: ['what nobody says'] };
const impossible: Drill = { ...good, needs: { brokers: 3 } };

async function run(
  context: TestContext,
  drills: readonly Drill[],
  change: (platform: FakePlatform) => Partial<OpenGround['platform']> = () => ({}),
  signal = new AbortController().signal,
) {
  const root = mkdtempSync(path.join(tmpdir(), 'tocsin-plan-'));
  const fake = await startFakePlatform({ message: 'it rings' });
  context.after(async () => {
    await fake.close();
    rmSync(root, { recursive: true });
  });
  const platform = { ...fake, ...change(fake) };
  const pending = pendingFile(root);
  let closed = 0;
  const ground: Ground = {
    pending,
    repairDeps: () => Promise.reject(new Error('nothing was left')),
    open: async () => ({
      platform,
      pending,
      hands: (alert) => handsAt({ root, dataDir: root, ports, platform, alert }),
      runbookTarget: undefined,
      obstacle: ({ needs }) => (needs?.brokers ? 'it needs 3 brokers' : undefined),
      prepare: async () => {},
      async [Symbol.asyncDispose]() {
        closed += 1;
      },
    }),
  };
  let shown = '';
  const write = (text: string) => {
    shown += text;
    return true;
  };
  const screen = createScreen({ write });
  const outcomes = await runPlan(
    { profile: 'shipped', drills, negatives: [] },
    { root, ground, screen, signal, runbook: true },
  ).catch((error: unknown) => error);
  assert.equal(closed, 1);
  return { outcomes, pending, shown };
}

test('one that fails or cannot be performed keeps none of the others from being performed', async (context) => {
  const { outcomes, shown } = await run(context, [bad, impossible, good]);
  assert.deepEqual(
    (outcomes as { verdict: string }[]).map(({ verdict }) => verdict),
    ['failed', 'skipped', 'passed'],
  );
  assert.match(shown, /✖ HighErrorRate\n {4}"what nobody says" is not in the message/);
  assert.match(shown, /– HighErrorRate\n {4}it needs 3 brokers\n✔ HighErrorRate +\d\.\d s +\d\.\d s\n/);
});

test('where critical alerts ring elsewhere a drill that needs our own pager is skipped', async (context) => {
  const held: Drill = { ...good, breaks: { kind: 'hold', part: 'pager' } };
  const onlyPaged: Drill = { ...good, receivers: ['pager'] };
  const { outcomes, shown } = await run(context, [held, onlyPaged, good]);
  assert.deepEqual(
    (outcomes as { verdict: string }[]).map(({ verdict }) => verdict),
    ['skipped', 'skipped', 'passed'],
  );
  assert.match(shown, /it needs our own pager/);
});

test('errors that an earlier drill made a service report ring on, but for whom they matter', async () => {
  const mayRing = async (drill: Drill | NegativeDrill) =>
    (await leftRinging(drill)).includes('CrashReported');
  const own: Drill = { ...good, alert: 'CrashReported', raises: { alertname: 'CrashReported' } };
  const negative: NegativeDrill = { name: 'none', does: 'nothing', watchSeconds: 1, act: async () => {} };
  assert.equal(await mayRing(good), true);
  assert.equal(await mayRing(own), false);
  assert.equal(await mayRing({ ...good, silent: ['CrashReported'] }), false);
  assert.equal(await mayRing(negative), false);
  assert.equal(await mayRing({ ...negative, mayRing: ['CrashReported'] }), true);
});

test('what cannot be broken fails the drill', async (context) => {
  const { outcomes } = await run(context, [good], () => ({
    setFaults: () => Promise.reject(new Error('faults are off there')),
  }));
  const [{ verdict, problems }] = outcomes as [{ verdict: string; problems: string[] }];
  assert.deepEqual([verdict, problems], ['failed', ['faults are off there']]);
});

test('what cannot be repaired ends all: nothing is broken on top of it, and it stays pending', async (context) => {
  const { outcomes, pending } = await run(context, [good, good], () => ({
    clearFaults: () => Promise.reject(new Error('nobody answers')),
  }));
  assert.match(String(outcomes), /nobody answers/);
  assert.equal((await pending.read())?.alert, 'HighErrorRate');
});

test('an end that is asked for is no failure, and what is under way is repaired', async (context) => {
  const ending = new AbortController();
  const { outcomes, pending } = await run(
    context,
    [good, good],
    (fake) => ({
      setFaults: async (...which) => {
        await fake.setFaults(...which);
        ending.abort(new Error('ended'));
      },
    }),
    ending.signal,
  );
  assert.deepEqual(outcomes, []);
  assert.equal(await pending.read(), undefined);
});
