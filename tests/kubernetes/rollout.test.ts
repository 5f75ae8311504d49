import { test } from 'node:test';
import { helm } from '@tocsin/ops';
import { restartServices, target } from './platform.ts';
import { unnoticed } from './unnoticed.ts';

test('a rolling restart and an upgrade are not felt, and raise no alert', async (t) => {
  const cluster = await target();
  const upgrade = (environment: string) =>
    helm(cluster, [
      ...['upgrade', 'services', 'deploy/helm/services', '--reuse-values'],
      ...[`--set=environment=${environment}`, '--wait', '--timeout=10m'],
    ]);
  t.after(() => upgrade('kind'));
  await unnoticed(t, cluster, async () => {
    await restartServices(cluster);
    await upgrade('e2e');
  });
});
