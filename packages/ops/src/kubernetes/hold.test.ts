import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofKind } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { workloadOf } from './hold.ts';

test('what is held is the workload of that very name, though its exporter has the same label', async () => {
  const objects = await renderChart('postgres');
  const workloads = [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')];
  const called = workloads.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'postgres',
  );
  assert.equal(called.length, 2);
  assert.equal(workloadOf(workloads, 'postgres').kind, 'StatefulSet');
  assert.equal(workloadOf(workloads, 'postgres-exporter').kind, 'Deployment');
  assert.throws(() => workloadOf(workloads, 'kafka'), /no part kafka .*postgres, postgres-exporter/);
});
