import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import { viewPod } from './pods.ts';
import { blockOf, createChanges } from './watch-pods.ts';

const labels = { 'app.kubernetes.io/instance': 'services', 'app.kubernetes.io/component': 'service' };
const view = (status: PodStatus, name = 'orders-1', deletionTimestamp?: string) =>
  viewPod({ metadata: { name, labels, ...(deletionTimestamp && { deletionTimestamp }) }, status });
const container = (state: object, restartCount = 0) => ({
  name: 'orders',
  image: '',
  imageID: '',
  ready: false,
  restartCount,
  state,
});
const ready: PodStatus = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const created: PodStatus = {
  phase: 'Pending',
  containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })],
};

test('a pod is told as people want to know it', () => {
  const of = (status: PodStatus) => {
    const { state, why, restarts } = view(status);
    return [state, why, restarts];
  };
  assert.deepEqual(of(ready), ['ready', '', 0]);
  assert.deepEqual(of(created), ['starting', 'being created', 0]);
  const running = { phase: 'Running', containerStatuses: [container({ running: {} })] };
  assert.deepEqual(of(running), ['starting', 'runs, and is not ready yet', 0]);
  assert.deepEqual(of({ phase: 'Succeeded' }), ['done', '', 0]);
  const failed = { phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 78 } })] };
  assert.deepEqual(of(failed), ['in trouble', 'exit code 78', 0]);
});

test('a pod that cannot come up says why', () => {
  const pull = { waiting: { reason: 'ErrImagePull', message: 'no such host' } };
  assert.equal(
    view({ phase: 'Pending', containerStatuses: [container(pull)] }).why,
    'ErrImagePull: no such host',
  );
  const crash = container({ waiting: { reason: 'CrashLoopBackOff' } }, 4);
  const crashing = view({ phase: 'Running', containerStatuses: [crash] });
  assert.deepEqual([crashing.state, crashing.restarts], ['in trouble', 4]);
  const condition = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' };
  assert.match(view({ phase: 'Pending', conditions: [condition] }).why, /no node will have it: 0\/1/);
  const initial = { phase: 'Pending', initContainerStatuses: [container(pull)] };
  assert.equal(view(initial).state, 'in trouble');
});

test('a pod that is being deleted is ending, ready or not', () => {
  assert.equal(view(ready, 'orders-1', '2026-01-01T00:00:00Z').state, 'ending');
});

test('a terminal shows who is not ready; a log, what has changed', () => {
  const early = [view(created, 'orders-1'), view(ready, 'bank-0')];
  assert.equal(blockOf(early), '1 of 2 pods ready\norders-1: starting (being created)');
  const changes = createChanges();
  assert.deepEqual(changes(early), ['orders-1: starting (being created)', 'bank-0: ready']);
  assert.deepEqual(changes(early), []);
  assert.deepEqual(changes([view(ready, 'orders-1'), view(ready, 'bank-0')]), ['orders-1: ready']);
});
