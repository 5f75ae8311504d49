import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@tocsin/kit/testing/backing';
import { ports } from '../../../../deploy/local/ports.ts';
import type { Acts, Drill } from './drill.ts';
import { type FakePlatform, startFakePlatform } from './fake-platform.ts';
import { setFaults } from './faults.ts';
import { handsAt } from './hands.ts';
import { heal } from './heal.ts';
import { type PendingFile, pendingFile } from './pending.ts';
import { performDrill } from './perform.ts';
import { formatReport, type Progress } from './progress.ts';
import { repairAll, repairsOf } from './repair.ts';

const generous = {
  firstBadResponse: 20,
  pending: 20,
  firing: 20,
  alertmanager: 20,
  webhook: 20,
  message: 20,
};
const drill: Drill = {
  alert: 'HighErrorRate',
  group: 'http',
  breaks: { kind: 'faults', service: 'customers', faults: [{ kind: 'http-error', ttlSeconds: 60 }] },
  requests: { service: 'customers', perSecond: 50 },
  raises: { alertname: 'HighErrorRate', service: 'customers' },
  says: ['HighErrorRate', 'the limit is 5%'],
  within: { ...generous, cleared: 20, resolved: 20 },
};
const message = 'HighErrorRate: 100% fail; the limit is 5%';
const silent: Progress = { say() {}, waiting() {}, reached() {} };

/** A platform, and a folder for what is pending; both go with the test. */
async function world(
  context: TestContext,
  options: Parameters<typeof startFakePlatform>[0],
): Promise<{ platform: FakePlatform; pending: PendingFile; root: string }> {
  const root = mkdtempSync(path.join(tmpdir(), 'tocsin-drill-'));
  const platform = await startFakePlatform(options);
  context.after(async () => {
    await platform.close();
    rmSync(root, { recursive: true });
  });
  return { platform, pending: pendingFile(root), root };
}

const none = { hands: noHands, loadDrill: async () => drill };

function noHands(): never {
  throw new Error('There are no hands here');
}

const never = new AbortController().signal;

test('a drill goes through all stages, repairs, and passes', async (context) => {
  const { platform, pending } = await world(context, { message });
  const report = await performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill);
  assert.deepEqual(report.problems, []);
  assert.deepEqual(
    report.stages.map(({ stage }) => stage),
    Object.keys(drill.within),
  );
  assert.equal(platform.broken(), false);
  assert.equal(await pending.read(), undefined);
  assert.match(formatReport(drill, report), /message in the room.*✓[\s\S]*passed/);
});

test('the repair is on disk before the fault', async (context) => {
  let written: boolean | undefined;
  const { platform, pending, root } = await world(context, {
    message,
    onFault: () => {
      written = existsSync(path.join(root, '.tocsin/drills/pending.json'));
    },
  });
  await performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill);
  assert.equal(written, true);
});

test('a message without the agreed words fails the drill', async (context) => {
  const { platform, pending } = await world(context, { message: 'HighErrorRate: something is wrong' });
  const report = await performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill);
  assert.deepEqual(report.problems, [
    '"the limit is 5%" is not in the message: HighErrorRate: something is wrong',
  ]);
});

test('a message that does not come fails the drill, which repairs all the same', async (context) => {
  const { platform, pending } = await world(context, { message: undefined });
  const within = { ...generous, webhook: 0.2, message: 20 };
  const report = await performDrill(
    { ...none, platform, pending, progress: silent, signal: never },
    { ...drill, within },
  );
  assert.match(report.problems.join(), /^missing: webhook received \(bound 0.2 s\) .*no such incident/);
  assert.equal(platform.broken(), false);
  assert.match(formatReport(drill, report), /webhook received.*–.*✗[\s\S]*failed:\n- missing: webhook/);
});

test('a stage that comes after its bound fails the drill with its figure', async (context) => {
  const { platform, pending } = await world(context, { message });
  const within = { pending: 0.000_001 };
  const slow = { ...drill, within };
  const report = await performDrill({ ...none, platform, pending, progress: silent, signal: never }, slow);
  assert.match(report.problems.join(), /^(late|missing): alert pending \(bound 0.000001 s\) after/);
});

test('a drill that is ended early repairs first', async (context) => {
  const { platform, pending } = await world(context, { message: undefined });
  const ending = new AbortController();
  const progress: Progress = {
    ...silent,
    waiting: (stage) => {
      if (stage === 'webhook') ending.abort(new Error('ended'));
    },
  };
  await assert.rejects(
    performDrill({ ...none, platform, pending, progress, signal: ending.signal }, drill),
    /ended/,
  );
  assert.equal(platform.broken(), false);
  assert.equal(await pending.read(), undefined);
});

test('an alert that rings already is no ground for a drill: nothing is broken', async (context) => {
  const { platform, pending } = await world(context, { message, rings: true });
  await assert.rejects(
    performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill),
    /HighErrorRate is firing already/,
  );
  assert.equal(platform.broken(), false);
});

test('what a killed drill left is repaired by heal, once', async (context) => {
  const { platform, pending, root } = await world(context, { message: undefined });
  const killed = spawn(process.execPath, ['--input-type=module', '--eval', waitingDrill(platform, root)]);
  await until('it is broken', () => platform.broken());
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  assert.equal(platform.broken(), true);

  assert.match(
    (await heal(pending, async () => ({ ...none, repairer: platform }))) ?? '',
    /faults of customers cleared.*drill of HighErrorRate/,
  );
  assert.equal(platform.broken(), false);
  assert.equal(await heal(pending, async () => ({ ...none, repairer: platform })), undefined);
});

/** A process whose drill waits for a message that never comes. */
function waitingDrill({ chatopsUrl: url }: FakePlatform, root: string): string {
  return `
    import { setFaults } from '${new URL('faults.ts', import.meta.url)}';
    import { pendingFile } from '${new URL('pending.ts', import.meta.url)}';
    import { performDrill } from '${new URL('perform.ts', import.meta.url)}';
    const url = '${url}';
    const platform = {
      prometheusUrl: url, alertmanagerUrl: url, chatopsUrl: url,
      httpUrl: async () => url,
      setFaults: (_, faults) => setFaults(url, faults),
    };
    const progress = { say() {}, waiting() {}, reached() {} };
    const signal = new AbortController().signal;
    const deps = { platform, pending: pendingFile('${root}'), progress, signal };
    await performDrill(deps, ${JSON.stringify(drill)});
  `;
}

test('faults that died with their process need no repair', async (context) => {
  const { platform, pending } = await world(context, {});
  await pending.write({
    alert: 'HighErrorRate',
    pid: process.pid,
    repairs: [{ kind: 'clear-faults', service: 'customers' }],
  });
  await platform.close();
  assert.match((await heal(pending, async () => ({ ...none, repairer: platform }))) ?? '', /cleared/);
});

test('a repair that fails stays pending', async (context) => {
  const { platform, pending } = await world(context, {});
  await pending.write({
    alert: 'ServiceDown',
    pid: process.pid,
    repairs: [{ kind: 'release', part: 'customers' }],
  });
  const release = () => Promise.reject(new Error('the supervisor does not answer'));
  await assert.rejects(
    heal(pending, async () => ({ ...none, repairer: { ...platform, release } })),
    /does not answer/,
  );
  assert.equal((await pending.read())?.alert, 'ServiceDown');
});

test('what a killed drill did by code is undone by its file, loaded anew', async (context) => {
  const { platform, pending } = await world(context, {});
  const undone: string[] = [];
  const acts = (does: string): Acts => ({
    kind: 'acts',
    does,
    break: async () => {},
    repair: async ({ state }) => void undone.push(`${does} in ${path.basename(state)}`),
  });
  const own = { ...drill, alert: 'PostgresDown', breaks: [acts('first'), acts('second')] };
  const repairs = repairsOf(own);
  assert.deepEqual(repairs, [{ kind: 'drill', alert: 'PostgresDown' }]);
  await pending.write({ alert: own.alert, pid: process.pid, repairs });

  const loaded: unknown[] = [];
  const healed = await heal(pending, async () => ({
    repairer: platform,
    hands: (alert) => handsAt({ root: '/nowhere', dataDir: '/nowhere', ports, platform, alert }),
    loadDrill: async (...which) => {
      loaded.push(which);
      return own;
    },
  }));
  assert.match(healed ?? '', /what the drill of PostgresDown did undone/);
  assert.deepEqual(loaded, [['PostgresDown']]);
  assert.deepEqual(undone, ['second in PostgresDown', 'first in PostgresDown']);
});

test('several breakages are repaired in the other order, and one that fails does not keep the rest broken', async () => {
  const done: string[] = [];
  const repairer = {
    has: async () => true,
    restart: async () => {},
    clearFaults: async (service: string) => void done.push(`faults of ${service}`),
    release: () => Promise.reject(new Error('the supervisor does not answer')),
    thaw: async (part: string) => void done.push(`thaw ${part}`),
  };
  const breaks: Drill['breaks'] = [
    { kind: 'faults', service: 'customers', faults: [] },
    { kind: 'hold', part: 'kafka' },
    { kind: 'freeze', part: 'postgres' },
  ];
  const repairs = repairsOf({ ...drill, breaks });
  await assert.rejects(repairAll(repairs, { ...none, repairer }), /does not answer/);
  assert.deepEqual(done, ['thaw postgres', 'faults of customers']);
});

test('what there is not was never broken: its repair is done, and the rest is repaired', async (context) => {
  const { platform, pending } = await world(context, { message });
  await platform.setFaults('customers', []);
  const repairer = {
    ...platform,
    has: async (part: string) => part !== 'kafkaa',
    release: () => Promise.reject(new Error('there is no such part')),
  };
  const breaks: Drill['breaks'] = [
    { kind: 'faults', service: 'customers', faults: [] },
    { kind: 'hold', part: 'kafkaa' },
  ];
  await pending.write({ alert: drill.alert, pid: process.pid, repairs: repairsOf({ ...drill, breaks }) });
  const healed = await heal(pending, async () => ({ ...none, repairer }));
  assert.match(healed ?? '', /^faults of customers cleared, there is no kafkaa to repair, which/);
  assert.equal(platform.broken(), false);
  assert.equal(await pending.read(), undefined);
});

test('a part that is killed again and again is left in peace before the repair', async (context) => {
  const { platform, pending } = await world(context, { message });
  let kills = 0;
  let killsAtRepair = 0;
  const killing = {
    ...platform,
    kill: async () => {
      kills += 1;
      await setFaults(platform.chatopsUrl, []);
    },
    release: async () => {
      killsAtRepair = kills;
      await platform.clearFaults('customers');
    },
  };
  const breaks: Drill['breaks'] = { kind: 'kill', part: 'customers', everySeconds: 0.05 };
  const deps = { ...none, platform: killing, pending, progress: silent, signal: never };
  const report = await performDrill(deps, { ...drill, breaks });
  assert.deepEqual(report.problems, []);
  assert.ok(kills > 1, `${kills} kills`);
  assert.equal(kills, killsAtRepair);
});

test('a critical alert must reach the pager too, and its all-clear', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears' });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const own = { ...drill, receivers: ['chatops', 'pager'] as const };
  const report = await performDrill(deps, own);
  assert.deepEqual(report.problems, []);
  const reached = report.stages.map(({ stage }) => stage);
  assert.ok(reached.includes('pager') && reached.includes('pagerResolved'), reached.join());
});

test('where critical alerts ring elsewhere nothing is awaited at the pager', async (context) => {
  const { platform, pending } = await world(context, { message });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const within = { ...drill.within, pager: 20, pagerResolved: 20 };
  const report = await performDrill(deps, { ...drill, receivers: ['chatops', 'pager'], within });
  assert.deepEqual(report.problems, []);
});

test('a pager that hears nothing of a critical alert fails the drill', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'deaf' });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const within = { ...drill.within, pager: 0.2 };
  const report = await performDrill(deps, { ...drill, receivers: ['chatops', 'pager'], within });
  assert.match(report.problems.join(), /^missing: at the pager .*no such page/);
});

test('a page of what is no matter for the pager fails the drill', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears' });
  const report = await performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill);
  assert.deepEqual(report.problems, [
    'the pager heard of HighErrorRate of customers, which is none of its concern',
  ]);
});

test('a pager that a drill keeps down may hear of its alert when it is back', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears' });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const breaks: Drill['breaks'] = [
    { kind: 'hold', part: 'pager' },
    { kind: 'faults', service: 'customers', faults: [{ kind: 'http-error', ttlSeconds: 60 }] },
  ];
  const report = await performDrill(deps, { ...drill, breaks, receivers: ['chatops'] });
  assert.deepEqual(report.problems, []);
});

test('the words of an alert that only the pager hears are looked for in the page', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears' });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const says = ['5%', 'nowhere to be read'];
  const report = await performDrill(deps, { ...drill, receivers: ['pager'], says });
  assert.match(
    report.problems.join(),
    /^"nowhere to be read" is not in the message: HighErrorRate\ncustomers/,
  );
});

test('of what only the pager hears, no picture is looked for in a room that may not be there', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears', chart: 'no picture' });
  const deps = { ...none, platform, pending, progress: silent, signal: never };
  const report = await performDrill(deps, { ...drill, receivers: ['pager'], says: ['5%'] });
  assert.deepEqual(report.problems, []);
});

test('another alert that is heard is told; one that was to be silent fails the drill', async (context) => {
  const { platform, pending } = await world(context, { message });
  const progress: Progress = {
    ...silent,
    reached: ({ stage }) => {
      if (stage === 'firing') platform.alsoTell('OrdersStuck');
    },
  };
  const deps = { ...none, platform, pending, progress, signal: never };
  const report = await performDrill(deps, drill);
  assert.deepEqual(report.problems, []);
  assert.deepEqual(
    report.alsoHeard.map(({ at: _at, ...heard }) => heard),
    [{ alert: 'OrdersStuck', service: 'orders', by: 'the room' }],
  );
  const strict = await performDrill(deps, { ...drill, silent: ['OrdersStuck'] });
  assert.deepEqual(strict.problems, [
    'the room heard of OrdersStuck of orders, which should have been silent',
  ]);
});

test('an all-clear that comes before the repair proves nothing', async (context) => {
  const { platform, pending } = await world(context, { message, pager: 'hears' });
  const followRunbook = async () => {
    platform.endByItself();
    return [];
  };
  const deps = { ...none, platform, pending, progress: silent, signal: never, followRunbook };
  const report = await performDrill(deps, { ...drill, receivers: ['chatops', 'pager'] });
  assert.deepEqual(report.problems, [
    'before the repair in Prometheus the alert is gone again',
    'before the repair: all-clear in the room',
    'before the repair: all-clear at the pager',
  ]);
  assert.ok(report.stages.every(({ stage }) => stage !== 'cleared' && stage !== 'resolved'));
});

test('a symptom that is heard while its cause rings fails the drill; one from before, or of another, is told', async (context) => {
  const { platform, pending } = await world(context, { message });
  const progress: Progress = {
    ...silent,
    reached: ({ stage }) => {
      if (stage === 'firing') platform.alsoTell('RouteFailing', 'customers');
      if (stage === 'resolved') platform.alsoTell('RouteFailing', 'customers');
    },
  };
  const whileItRings =
    (...told: Parameters<FakePlatform['alsoTell']>[]) =>
    async () => {
      await sleep(20);
      for (const each of told) platform.alsoTell(...each);
      await sleep(20);
      return [];
    };
  const perform = (followRunbook: () => Promise<string[]>) =>
    performDrill({ ...none, platform, pending, progress, signal: never, followRunbook }, drill);
  const rightly = await perform(whileItRings(['RouteFailing', 'orders'], ['OrdersStuck', 'customers']));
  assert.deepEqual(rightly.problems, []);
  assert.equal(rightly.alsoHeard.length, 4);
  const wrongly = await perform(whileItRings(['ErrorBudgetBurnFast', 'customers']));
  assert.deepEqual(wrongly.problems, [
    'the room heard of ErrorBudgetBurnFast of customers, which HighErrorRate should have hidden',
  ]);
});

test('the runbook is followed while the alert rings, and what does not work there fails the drill', async (context) => {
  const { platform, pending } = await world(context, { message });
  const followed: [string, boolean][] = [];
  const followRunbook = async (alert: string) => {
    followed.push([alert, platform.broken()]);
    return ['a command of the runbook ended with 7'];
  };
  const deps = { ...none, platform, pending, progress: silent, signal: never, followRunbook };
  const report = await performDrill(deps, drill);
  assert.deepEqual(followed, [['HighErrorRate', true]]);
  assert.deepEqual(report.problems, ['a command of the runbook ended with 7']);
});

test('a message without a chart, or whose chart shows nothing, fails the drill', async (context) => {
  for (const [chart, problems] of [
    ['<path class="series"/>', /^$/],
    [undefined, /^the message has no chart$/],
    ['Prometheus has no such series any more', /^the message has no chart of what fired: 200/],
  ] as const) {
    const { platform, pending } = await world(context, { message, chart });
    const report = await performDrill({ ...none, platform, pending, progress: silent, signal: never }, drill);
    assert.match(report.problems.join(), problems);
  }
});
