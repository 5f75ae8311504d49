import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from '@tocsin/ops/charts';
import { complaints } from './rules.ts';

const podLabels = {
  'app.kubernetes.io/name': 'orders',
  'app.kubernetes.io/instance': 'services',
  'app.kubernetes.io/component': 'service',
  'app.kubernetes.io/part-of': 'tocsin',
};
const labels = {
  ...podLabels,
  'app.kubernetes.io/version': '0.1.0',
  'app.kubernetes.io/managed-by': 'Helm',
  'helm.sh/chart': 'services-0.1.0',
};
const metadata = { name: 'orders', labels };

const container = {
  name: 'orders',
  image: 'tocsin/platform:0.1.0',
  imagePullPolicy: 'IfNotPresent',
  resources: { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '128Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};
const pod = {
  enableServiceLinks: false,
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};

function deployment(changes: { pod?: object; container?: object; labels?: object; selector?: object } = {}) {
  const spec = { ...pod, containers: [{ ...container, ...changes.container }], ...changes.pod };
  const template = { metadata: { labels: { ...podLabels, ...changes.labels } }, spec };
  const selector = { matchLabels: { ...podLabels, ...changes.selector } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, selector, template } };
}

const about = 'Deployment orders: ';
const inContainer = `${about}container orders: `;

test('nobody complains of a deployment that keeps to the rules', () => {
  assert.deepEqual(complaints([deployment()]), []);
});

const wrongs: Record<string, [object: KubernetesObject, complaint: string]> = {
  'an unlabelled object': [
    { ...deployment(), metadata: { name: 'orders', labels: podLabels } },
    `${about}no label helm.sh/chart`,
  ],
  'an unlabelled pod': [
    deployment({ labels: { 'app.kubernetes.io/part-of': '' } }),
    `${about}its pods have no label app.kubernetes.io/part-of`,
  ],
  'a pod that a new version of the chart alone would replace': [
    deployment({ labels: { 'app.kubernetes.io/version': '0.1.0' } }),
    `${about}its pods have the label app.kubernetes.io/version`,
  ],
  "a selector that only this release's pods fit": [
    deployment({ selector: { 'helm.sh/chart': 'services-0.1.0' } }),
    `${about}helm.sh/chart in a selector`,
  ],
  'addresses of every Service in the environment': [
    deployment({ pod: { enableServiceLinks: undefined } }),
    `${about}enableServiceLinks is not false`,
  ],
  'a token by default': [
    deployment({ pod: { automountServiceAccountToken: undefined } }),
    `${about}a service account token that nobody asked for`,
  ],
  root: [
    deployment({ pod: { securityContext: { ...pod.securityContext, runAsUser: 0 } } }),
    `${about}no numeric runAsUser`,
  ],
  "a folder of the node's": [
    deployment({ pod: { volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] } }),
    `${about}a folder or network of the node's`,
  ],
  'an unlimited container': [
    deployment({ container: { resources: { requests: { cpu: '20m', memory: '1Gi' } } } }),
    `${inContainer}requests and limits of memory differ`,
  ],
  'a writable root': [
    deployment({
      container: { securityContext: { ...container.securityContext, readOnlyRootFilesystem: false } },
    }),
    `${inContainer}its root file system can be written`,
  ],
  'an image of any version': [
    deployment({ container: { image: 'registry:5000/tocsin/platform' } }),
    `${inContainer}an image without a tag`,
  ],
  'an init container is a container too': [
    deployment({ pod: { initContainers: [{ ...container, name: 'first', imagePullPolicy: 'Always' }] } }),
    `${about}container first: imagePullPolicy is not IfNotPresent`,
  ],
};

for (const [name, [object, complaint]] of Object.entries(wrongs)) {
  test(`complaint: ${name}`, () => {
    const found = complaints([object]);
    assert.ok(found.includes(complaint), JSON.stringify(found));
  });
}

test('complaint: a budget that stops the only replica from moving', () => {
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: podLabels } },
  };
  assert.deepEqual(complaints([deployment(), budget]), [
    'PodDisruptionBudget orders: covers a single replica',
  ]);
  assert.deepEqual(complaints([budget]), ['PodDisruptionBudget orders: covers nothing']);
});
