import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { jobLike } from './replay.ts';

test('a replay is a pod like that of reconcile, which runs once', async () => {
  const deployment = find(await renderChart('services'), 'Deployment', 'reconcile');
  assert.ok(deployment);
  const { spec } = jobLike(deployment, 'replay-1', ['--group=orders', '--yes']);
  const template = deployment.spec?.template;
  assert.deepEqual(spec?.template.metadata?.labels, template?.metadata?.labels);
  assert.equal(spec?.template.spec?.restartPolicy, 'Never');
  const [container] = spec?.template.spec?.containers ?? [];
  const [like] = template?.spec?.containers ?? [];
  assert.deepEqual(container?.args, ['packages/ops/src/cli.ts', 'replay', '--group=orders', '--yes']);
  assert.deepEqual(
    [container?.image, container?.env, container?.command],
    [like?.image, like?.env, like?.command],
  );
});
