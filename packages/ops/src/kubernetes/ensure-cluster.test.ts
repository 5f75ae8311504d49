import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOurLabel } from './ensure-cluster.ts';

const labelsOf = (config: string) =>
  (JSON.parse(withOurLabel(config)) as { nodes: { role: string; labels: object }[] }).nodes.map(
    ({ role, labels }) => [role, labels],
  );

test('every node of a configuration of the person has our label, beside those of its own', () => {
  const own = `
kind: Cluster
nodes:
  - role: control-plane
    extraPortMappings: [{ containerPort: 30080, hostPort: 8080 }]
  - { role: worker, labels: { disk: "yes" } }`;
  assert.deepEqual(JSON.parse(withOurLabel(own)), {
    kind: 'Cluster',
    nodes: [
      {
        role: 'control-plane',
        extraPortMappings: [{ containerPort: 30080, hostPort: 8080 }],
        labels: { 'tocsin/made-by': 'make-deploy' },
      },
      { role: 'worker', labels: { disk: 'yes', 'tocsin/made-by': 'make-deploy' } },
    ],
  });
});

test('so has the one node that kind makes where none is named', () => {
  const one = [['control-plane', { 'tocsin/made-by': 'make-deploy' }]];
  for (const config of ['', 'kind: Cluster', 'nodes:', 'nodes: []']) assert.deepEqual(labelsOf(config), one);
});
