import type { TestContext } from 'node:test';
import { kubectl, type Target } from '@tocsin/ops';
import { platformImage, podSpec, securityContext } from './load.ts';

const pod = 'reconcile';
const startMs = 10_000;

/**
 * Folds the topics and the bank's ledger in a pod.
 * @param span moments, of the first order that counts and the last.
 * @returns what it says, and whether all adds up.
 */
export async function reconcile(
  t: TestContext,
  target: Target,
  span: { since: number; until: number },
): Promise<{ adds: boolean; words: string }> {
  const remove = async () => {
    await kubectl(target, ['delete', `pod/${pod}`, '--ignore-not-found', '--grace-period=0']);
  };
  await remove();
  t.after(remove);
  const input = JSON.stringify(reconcilePod(await platformImage(target), span));
  await kubectl(target, ['apply', '--filename=-'], { input });
  const ended = '--output=jsonpath={.status.phase}';
  const deadline = Date.now() + 120_000;
  let phase = '';
  while (!['Succeeded', 'Failed'].includes(phase) && Date.now() < deadline) {
    phase = await kubectl(target, ['get', `pod/${pod}`, ended]);
  }
  return { adds: phase === 'Succeeded', words: `${phase}: ${await kubectl(target, ['logs', pod])}` };
}

/** By its name it is payments to the NetworkPolicies: the one that may ask both the broker and the bank. */
function reconcilePod(image: string, { since, until }: { since: number; until: number }) {
  const labels = { 'app.kubernetes.io/name': 'payments', 'app.kubernetes.io/instance': 'e2e' };
  const ago = (at: number) => `${Math.ceil((Date.now() - at) / 1000)}s`;
  // The pod counts from when it runs, some seconds from now; orders of that time may be on their way.
  const span = [`--since=${ago(since)}`, `--until=${ago(until - startMs)}`];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, labels: { ...labels, 'app.kubernetes.io/component': 'test' } },
    spec: {
      ...podSpec,
      containers: [
        {
          name: pod,
          image,
          args: ['packages/ops/src/cli.ts', 'reconcile', ...span],
          env: [
            { name: 'KAFKA_BROKERS', value: 'kafka:9092' },
            { name: 'BANK_URL', value: 'http://bank:8080' },
          ],
          securityContext,
          resources: { requests: { cpu: '20m', memory: '160Mi' }, limits: { memory: '160Mi' } },
        },
      ],
    },
  };
}
