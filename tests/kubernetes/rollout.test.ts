import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helm } from '@tocsin/ops';
import { restartServices, target, untilServicesReady } from './platform.ts';
import { unnoticed } from './unnoticed.ts';

test('a rolling restart and an upgrade are not felt, and raise no alert', async (t) => {
  const cluster = await target();
  const values = await helm(cluster, ['get', 'values', 'services', '--all', '--output=json']);
  const { environment } = JSON.parse(values) as { environment: string };
  assert.ok(environment);
  const upgrade = async (to: string) => {
    await helm(cluster, [
      ...['upgrade', 'services', 'deploy/helm/services', '--reuse-values'],
      ...[`--set-string=environment=${to}`, '--wait', '--timeout=10m'],
    ]);
    await untilServicesReady(cluster);
  };
  t.after(() => upgrade(environment));
  await unnoticed(t, cluster, async () => {
    await restartServices(cluster);
    // A new one each time: after a run that was killed the same would replace no pod.
    await upgrade(`e2e-${Date.now()}`);
  });
});
