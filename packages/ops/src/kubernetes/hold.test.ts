import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofKind } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { releaseAll, workloadOf } from './hold.ts';
import { fakePrograms, nowhere } from './testing.ts';

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

test('what is held is let go with the pods that it had, and nothing else is touched', async (t) => {
  const workload = (kind: string, name: string, annotations?: object) => ({
    kind,
    metadata: { name, annotations },
    spec: { replicas: 0 },
  });
  const items = [
    workload('StatefulSet', 'prometheus', { 'tocsin/held-replicas': '1' }),
    workload('Deployment', 'orders', { 'tocsin/held-replicas': '2' }),
    workload('Deployment', 'payments', { other: '1' }),
    workload('StatefulSet', 'kafka'),
  ];
  const calls = await fakePrograms(t, {
    kubectl: `if (args.includes('get')) console.log(${JSON.stringify(JSON.stringify({ items }))});`,
  });
  assert.deepEqual(await releaseAll(nowhere), ['prometheus', 'orders']);
  assert.deepEqual((await calls()).slice(1), [
    'kubectl --namespace=tocsin scale statefulset/prometheus --replicas=1',
    'kubectl --namespace=tocsin annotate statefulset/prometheus tocsin/held-replicas-',
    'kubectl --namespace=tocsin scale deployment/orders --replicas=2',
    'kubectl --namespace=tocsin annotate deployment/orders tocsin/held-replicas-',
  ]);
});
