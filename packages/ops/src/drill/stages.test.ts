import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage } from './drill.ts';
import { awaitStage, type Look, overAlready } from './stages.ts';

const since = new Date();
const secondsLater = (seconds: number) => new Date(since.getTime() + seconds * 1000);
const reach = (stage: Stage, at: Date) =>
  awaitStage(stage, async () => at, {
    since,
    boundSeconds: 5,
    signal: new AbortController().signal,
    onWait() {},
  });

test('what comes before the fault, or before the repair, is a failure with its figure', async () => {
  assert.deepEqual(await reach('pending', secondsLater(-2)), {
    stage: 'pending',
    seconds: -2,
    boundSeconds: 5,
    problem: 'too early: alert pending 2.0 s before the fault',
  });
  const { problem } = await reach('pagerResolved', secondsLater(-0.5));
  assert.equal(problem, 'too early: all-clear at the pager 0.5 s before the repair');
  assert.deepEqual(await reach('pending', secondsLater(0)), {
    stage: 'pending',
    seconds: 0,
    boundSeconds: 5,
  });
});

const never: Look = () => Promise.reject(new Error('nobody is to be asked'));
const nobody: Record<Stage, Look> = {
  firstBadResponse: never,
  pending: never,
  firing: never,
  alertmanager: never,
  webhook: never,
  message: never,
  pager: never,
  cleared: never,
  resolved: never,
  pagerResolved: never,
};

test('an alert that is pending again no longer rings', async () => {
  const look = { ...nobody, firing: async () => 'in Prometheus the alert is pending' };
  assert.deepEqual(await overAlready(look, [{ stage: 'cleared' }]), [
    'before the repair in Prometheus the alert is pending',
  ]);
});

test('what the room raises by itself is asked of nobody else', async () => {
  const look = { ...nobody, resolved: async () => 'in the room the incident is firing' };
  assert.deepEqual(await overAlready(look, [{ stage: 'resolved' }]), []);
});
