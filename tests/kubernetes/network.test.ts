import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { apiServerOf, kubectl, type Target } from '@tocsin/ops';
import { platformImage, podSpec, securityContext } from './load.ts';
import { target } from './platform.ts';

/** What becomes of a connection. A policy drops what it forbids: nothing answers, and nothing refuses. */
type Fate = 'opens' | 'is dropped';
type Arrow = readonly [to: string, fate: Fate];

const api = 'kubernetes.default.svc:443';

/** Who may call whom, from the arrows of the charts; each that is refused is one that somebody might expect. */
const services: Record<string, readonly Arrow[]> = {
  orders: [
    ['kafka:9092', 'opens'],
    ['postgres:5432', 'opens'],
    ['pushgateway:9091', 'opens'],
    ['customers:9102', 'is dropped'],
    ['alertmanager:9093', 'is dropped'],
    [api, 'is dropped'],
  ],
  payments: [
    ['bank:8080', 'opens'],
    ['orders:8080', 'is dropped'],
  ],
  notifications: [['customers:8080', 'opens']],
  traffic: [
    ['orders:8080', 'opens'],
    ['kafka:9092', 'is dropped'],
    ['bank:8080', 'is dropped'],
  ],
  reconcile: [
    ['bank:8080', 'opens'],
    ['postgres:5432', 'is dropped'],
  ],
};
const monitoring: Record<string, readonly Arrow[]> = {
  prometheus: [
    ['orders:9102', 'opens'],
    ['alertmanager:9093', 'opens'],
    [api, 'opens'],
    ['orders:8080', 'is dropped'],
    ['postgres:5432', 'is dropped'],
  ],
  alertmanager: [
    ['chatops:8080', 'opens'],
    ['orders:8080', 'is dropped'],
    [api, 'is dropped'],
  ],
  grafana: [
    ['prometheus:9090', 'opens'],
    ['orders:9102', 'is dropped'],
    [api, 'is dropped'],
  ],
  'blackbox-exporter': [
    ['orders:8080', 'opens'],
    ['orders:9102', 'is dropped'],
  ],
  'kube-state-metrics': [
    [api, 'opens'],
    ['prometheus:9090', 'is dropped'],
  ],
  bugsink: [
    ['chatops:8080', 'opens'],
    ['kafka:9092', 'is dropped'],
    [api, 'is dropped'],
  ],
};

const patienceMs = 5000;
/**
 * Says of each arrow that it is given what becomes of a connection there. A pod's first moment may be one without
 * policies, and the other end may learn of the pod a moment later: what is to open is tried again. What is to be
 * dropped has one try, in which it must not open.
 */
const attempts = `
  const net = require('node:net');
  const { setTimeout: sleep } = require('node:timers/promises');
  const attempt = (to) => new Promise((resolve) => {
    const colon = to.lastIndexOf(':');
    const socket = net.connect({ host: to.slice(0, colon), port: to.slice(colon + 1), timeout: ${patienceMs} });
    const say = (fate) => { socket.destroy(); resolve(fate); };
    socket.on('connect', () => say('opens')).on('timeout', () => say('is dropped')).on('error', ({ code }) => say(code));
  });
  const settle = async ([to, expected]) => {
    let fate = await attempt(to);
    for (let left = 5; expected === 'opens' && fate !== expected && left > 0; left -= 1) {
      await sleep(1000);
      fate = await attempt(to);
    }
    return to + ' ' + fate;
  };
  sleep(3000)
    .then(() => Promise.all(JSON.parse(process.argv[1]).map(settle)))
    .then((said) => console.log(said.join('\\n')));`;

for (const [release, parts] of Object.entries({ services, monitoring })) {
  for (const [from, arrows] of Object.entries(parts)) {
    test(`from ${from} the network lets through the arrows of the design, and none beside them`, async (t) => {
      const component = from === 'reconcile' ? 'job' : release === 'services' ? 'service' : 'monitoring';
      await assertFates(t, await target(), labelsOf(from, release, component), arrows);
    });
  }
}

test('the way to the API server leads to no other address: the DNS, at its port, is out of reach', async (t) => {
  // Of a cluster that somebody else keeps the address may change, and the chart allows all of them at that port.
  if (process.env.CONTEXT) return t.skip('only where `make deploy` looks up the address');
  const cluster = await target();
  const { ports } = await apiServerOf(cluster);
  const dns = ['--namespace=kube-system', '--selector=k8s-app=kube-dns'];
  const ip = await kubectl(cluster, ['get', 'pods', ...dns, '--output=jsonpath={.items[0].status.podIP}']);
  await assertFates(t, cluster, labelsOf('prometheus', 'monitoring', 'monitoring'), [
    [api, 'opens'],
    ...ports.map((port): Arrow => [`${ip}:${port}`, 'is dropped']),
  ]);
});

function labelsOf(name: string, instance: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
}

async function assertFates(
  t: TestContext,
  cluster: Target,
  labels: Record<string, string>,
  arrows: readonly Arrow[],
): Promise<void> {
  assert.deepEqual(
    await attemptAs(t, cluster, labels, arrows),
    arrows.map(([to, fate]) => `${to} ${fate}`),
  );
}

/** Tries in a pod that has to the policies the labels of the part: not all images have Node, nor memory to spare. */
async function attemptAs(
  t: TestContext,
  cluster: Target,
  labels: Record<string, string>,
  arrows: readonly Arrow[],
): Promise<string[]> {
  const pod = `network-of-${labels['app.kubernetes.io/name']}`;
  const remove = async () => {
    await kubectl(cluster, ['delete', 'pod', pod, '--ignore-not-found', '--grace-period=1']);
  };
  await remove();
  t.after(remove);
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, labels },
    spec: {
      ...podSpec,
      // Never ready: the Service of that part must not send it anything.
      readinessGates: [{ conditionType: 'tocsin/never' }],
      containers: [
        {
          name: pod,
          image: await platformImage(cluster),
          command: ['node', '-e', attempts, JSON.stringify(arrows)],
          securityContext,
          resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '64Mi' } },
        },
      ],
    },
  };
  await kubectl(cluster, ['apply', '--filename=-'], { input: JSON.stringify(object) });
  await kubectl(cluster, [
    'wait',
    `pod/${pod}`,
    '--for=jsonpath={.status.phase}=Succeeded',
    '--timeout=120s',
  ]);
  return (await kubectl(cluster, ['logs', pod])).trim().split('\n');
}
