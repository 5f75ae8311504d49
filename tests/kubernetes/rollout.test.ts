import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helm, kubectl, type Target } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { eventually, servicePods, target, watchAlerts } from './platform.ts';
import { reconcile } from './reconcile.ts';

test('a rolling restart and an upgrade are not felt, and raise no alert', async (t) => {
  const cluster = await target();
  await eventually(
    'the test begins in peace',
    () => watchAlerts(cluster, AbortSignal.abort()),
    (alerts) => alerts.length === 0,
    180_000,
  );
  const startedAt = Date.now();
  const load = await startLoad(t, cluster, 5);
  const done = new AbortController();
  t.after(() => done.abort());
  const rang = watchAlerts(cluster, done.signal);

  await kubectl(cluster, [
    'rollout',
    'restart',
    'deployments',
    '--selector=app.kubernetes.io/component=service',
  ]);
  await settled(cluster);
  t.diagnostic(`restarted after ${seconds(startedAt)} s`);
  const upgrade = (environment: string) =>
    helm(cluster, [
      ...[
        'upgrade',
        'services',
        'deploy/helm/services',
        '--reuse-values',
        `--set=environment=${environment}`,
      ],
      ...['--wait', '--timeout=10m'],
    ]);
  t.after(() => upgrade('kind'));
  await upgrade('e2e');
  t.diagnostic(`upgraded after ${seconds(startedAt)} s`);

  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  done.abort();
  t.diagnostic(`${accepted} orders accepted, ${refused.length} refused, ${failed.length} failed`);
  assert.deepEqual([...refused, ...failed], [], 'no request fails');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(await rang, [], 'no alert');
  const { adds, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds, words);
});

async function settled(cluster: Target): Promise<void> {
  const deployments = (
    await kubectl(cluster, [
      'get',
      'deployments',
      '--selector=app.kubernetes.io/component=service',
      '--output=name',
    ])
  ).split('\n');
  for (const name of deployments) await kubectl(cluster, ['rollout', 'status', name, '--timeout=300s']);
  await eventually(
    'the old pods are gone',
    () => servicePods(cluster),
    (pods) => pods.every(({ state }) => state === 'ready'),
    120_000,
  );
}

const seconds = (since: number) => Math.ceil((Date.now() - since) / 1000);
