import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { diagnose } from './diagnose.ts';
import { podsTable } from './pods-table.ts';
import { nodeNamespace } from './target.ts';
import { fakePrograms, nowhere } from './testing.ts';

const pod = (name: string, namespace: string, status: object) => ({ metadata: { name, namespace }, status });
const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const waiting = { reason: 'CreateContainerError', message: 'path / is not a shared mount' };
const failing = {
  phase: 'Pending',
  containerStatuses: [{ name: 'node-exporter', restartCount: 0, state: { waiting } }],
};
const pods = {
  tocsin: [pod('orders-1', 'tocsin', ready)],
  'tocsin-node': [pod('ne-1', 'tocsin-node', failing)],
};
const refused = {
  involvedObject: { kind: 'DaemonSet', name: 'node-exporter' },
  message: 'violates PodSecurity "restricted"',
};
const kubectl = `
  const of = args.findLast((argument) => argument.startsWith('--namespace=')).slice('--namespace='.length);
  const memory = { workingSetBytes: 10e6 };
  const summary = [['orders-1', 'tocsin'], ['ne-1', 'tocsin-node'], ['coredns', 'kube-system']]
    .map(([name, namespace]) => ({ podRef: { name, namespace }, memory }));
  const items = {
    pods: ${JSON.stringify(pods)}[of],
    events: of === 'tocsin-node' ? [${JSON.stringify(refused)}] : [],
    nodes: [{ metadata: { name: 'node' } }],
  };
  const [, verb, what] = args;
  if (verb === 'get') console.log(JSON.stringify(what === '--raw' ? { pods: summary } : { items: items[what] }));`;

test('node_exporter, which has a namespace of its own, is told of as the others', async (t) => {
  await fakePrograms(t, { kubectl });
  const told = await diagnose(nowhere);
  assert.match(told, /^ne-1: in trouble, CreateContainerError: path \/ is not a shared mount$/m);
  assert.match(told, /DaemonSet node-exporter: violates PodSecurity/);
  assert.match(told, /--namespace=tocsin-node describe pod NAME/);
  const table = await podsTable(nowhere);
  assert.match(table, /ne-1 +in trouble +10 MB/);
  assert.match(table, /2 pods +20 MB/);
});

test('the namespace of node_exporter is that of the chart', async () => {
  const objects = await renderChart('monitoring', { values: ['values-kind.yaml'] });
  assert.equal(find(objects, 'DaemonSet', 'node-exporter')?.metadata.namespace, nodeNamespace);
});
