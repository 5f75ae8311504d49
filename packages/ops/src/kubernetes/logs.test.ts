import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { logsOfPods } from './logs.ts';
import { fakePrograms, nowhere } from './testing.ts';

const running = { running: {} };
const terminated = { terminated: { exitCode: 1 } };
const waiting = { waiting: { reason: 'CrashLoopBackOff' } };
const line = (second: number, message: string) =>
  `2026-11-24T09:00:0${second}.000000000Z ${JSON.stringify({ level: 'info', time: `2026-11-24T09:00:0${second}.000Z`, message })}`;

interface PodOf {
  name: string;
  state: object;
  lastState?: object;
}

/** What is shown where kubectl answers so; `logs` by the pod, and of the one before by `pod --previous`. */
async function shown(
  context: TestContext,
  pods: readonly PodOf[],
  logs: Record<string, string>,
  follow = false,
): Promise<string[]> {
  const workload = {
    kind: 'Deployment',
    metadata: { name: 'orders' },
    spec: { selector: { matchLabels: { a: 'b' } } },
  };
  const items = pods.map(({ name, ...container }) => ({
    metadata: { name },
    spec: { containers: [{ name: 'main' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'main', restartCount: 0, ...container }] },
  }));
  const answers = { deployments: { items: [workload] }, pods: { items }, logs };
  const kubectl = `
    const answers = ${JSON.stringify(answers)};
    const [, verb, what, ...rest] = args;
    if (verb === 'get') process.stdout.write(JSON.stringify(what === 'pods' ? answers.pods : answers.deployments));
    const log = answers.logs[rest.includes('--previous') ? what + ' --previous' : what];
    if (verb === 'logs' && log === undefined) {
      console.error('pods "' + what + '" not found');
      process.exitCode = 1;
    } else if (verb === 'logs') process.stdout.write(rest.includes('--timestamps') ? log : log.replace(/^\\S+ /gm, ''));`;
  await fakePrograms(context, { kubectl });
  const said: string[] = [];
  await logsOfPods(nowhere, 'orders', { follow }, (text) => said.push(stripVTControlCharacters(text)));
  return said;
}

test('the logs of several pods are one, in the order of time, and each line tells its pod', async (context) => {
  const pods = [
    { name: 'one', state: running },
    { name: 'two', state: running },
  ];
  const logs = { one: `${line(1, 'a')}\n${line(3, 'c')}\n`, two: `${line(2, 'b')}\n` };
  assert.deepEqual(await shown(context, pods, logs), [
    'one 09:00:01.000 info  a',
    'two 09:00:02.000 info  b',
    'one 09:00:03.000 info  c',
  ]);
});

test('what a container said before it was started again is shown, and only once while it waits', async (context) => {
  const logs = { one: line(2, 'ready'), 'one --previous': line(1, 'dies') };
  const restarted = [{ name: 'one', state: running, lastState: terminated }];
  assert.deepEqual(await shown(context, restarted, logs), [
    '09:00:01.000 info  dies',
    '09:00:02.000 info  ready',
  ]);
  const between = [{ name: 'one', state: waiting, lastState: terminated }];
  assert.deepEqual(await shown(context, between, logs), ['09:00:02.000 info  ready']);
});

test('what was said before a restart comes before what is followed', async (context) => {
  const logs = { one: line(2, 'ready'), 'one --previous': line(1, 'dies') };
  const pods = [{ name: 'one', state: running, lastState: terminated }];
  assert.deepEqual(await shown(context, pods, logs, true), [
    '09:00:01.000 info  dies',
    '09:00:02.000 info  ready',
    'The log of one has ended.',
  ]);
});

test('without a log it is said why', async (context) => {
  assert.deepEqual(await shown(context, [], {}), ['orders has no pod, and a log goes with its pod.']);
  const pulling = [{ name: 'one', state: { waiting: { reason: 'ErrImagePull', message: 'denied' } } }];
  assert.deepEqual(await shown(context, pulling, {}), ['one has no log yet: ErrImagePull: denied']);
});

test('a pod that is gone meanwhile takes nothing from the others; when all are gone it fails', async (context) => {
  const pods = [
    { name: 'one', state: running },
    { name: 'two', state: running },
  ];
  assert.deepEqual(await shown(context, pods, { two: line(1, 'a') }), [
    'kubectl logs: pods "one" not found',
    'two 09:00:01.000 info  a',
  ]);
  await assert.rejects(shown(context, pods, {}), /not found/);
});
