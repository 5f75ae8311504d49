import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, isInService, servicePods, setFault, target, untilServicesReady } from './platform.ts';

test('a service that is blocked for longer than its liveness allows is restarted', async () => {
  const cluster = await target();
  await untilServicesReady(cluster);
  const [pod] = await servicePods(cluster, 'shipping');
  assert.ok(pod);
  await setFault(cluster, pod.name, { kind: 'block-event-loop', milliseconds: 60_000 });
  const [after] = await eventually(
    'it is restarted and ready',
    () => servicePods(cluster, 'shipping'),
    ([now]) => now?.restarts === pod.restarts + 1 && now.state === 'ready',
    180_000,
  );
  assert.equal(after?.name, pod.name, 'the container is restarted, not the pod replaced');
});

test('a service that refuses readiness leaves its Service, and comes back', async () => {
  const cluster = await target();
  await untilServicesReady(cluster);
  const [pod] = await servicePods(cluster, 'inventory');
  assert.ok(pod);
  const inService = () => isInService(cluster, 'inventory', pod.name);
  await eventually('it is in its Service', inService, (is) => is, 30_000);
  await setFault(cluster, pod.name, { kind: 'not-ready', ttlSeconds: 20 });
  await eventually('it is out', inService, (is) => !is, 60_000);
  await eventually('it is back', inService, (is) => is, 90_000);
  const [after] = await servicePods(cluster, 'inventory');
  assert.equal(after?.restarts, pod.restarts, 'nobody restarts it for that');
});
