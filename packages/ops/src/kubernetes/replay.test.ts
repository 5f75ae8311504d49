import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { jobLike, replayInCluster } from './replay.ts';
import { fakePrograms, nowhere } from './testing.ts';

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

/** A cluster whose job ends so at the second look; its log is there from then on. */
function kubectlThat(ends: { succeeded: number } | { failed: number }): string {
  return `
    const { existsSync, writeFileSync } = require('node:fs');
    const path = require('node:path');
    const looked = path.join(path.dirname(process.argv[1]), 'looked');
    const [, verb, what] = args;
    const answer = (value) => process.stdout.write(JSON.stringify(value));
    if (verb === 'get' && what === 'deployment/reconcile')
      answer({ spec: { template: { spec: { containers: [{ name: 'reconcile' }] } } } });
    else if (verb === 'get') {
      answer({ status: existsSync(looked) ? ${JSON.stringify(ends)} : { active: 1 } });
      writeFileSync(looked, '');
    } else if (verb === 'logs') process.stdout.write('what it said');`;
}

test('what a replay said is told when it has ended', async (t) => {
  await fakePrograms(t, { kubectl: kubectlThat({ succeeded: 1 }) });
  assert.equal(await replayInCluster(nowhere, []), 'what it said');
});

test('of a replay that fails it is the error', async (t) => {
  await fakePrograms(t, { kubectl: kubectlThat({ failed: 1 }) });
  await assert.rejects(replayInCluster(nowhere, []), /what it said/);
});
