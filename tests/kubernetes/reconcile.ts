import type { TestContext } from 'node:test';
import { kubectl, type Target } from '@tocsin/ops';
import { platformImage, podSpec, securityContext } from './load.ts';
import { eventually } from './platform.ts';

const pod = 'reconcile';
/** A pod may take so long until it runs, on a busy machine. */
const startMs = 60_000;
/** An order may take so long to its end. */
const endMs = 10_000;

/**
 * Folds the topics and the bank's ledger in a pod.
 * @param span moments, of the first order that counts and the last.
 * @returns what it says, of how many orders, and whether all adds up.
 */
export async function reconcile(
  t: TestContext,
  target: Target,
  span: { since: number; until: number },
): Promise<{ adds: boolean; judged: number; words: string }> {
  const remove = async () => {
    await kubectl(target, ['delete', `pod/${pod}`, '--ignore-not-found', '--grace-period=0']);
  };
  await remove();
  t.after(remove);
  const input = JSON.stringify(reconcilePod(await platformImage(target), span));
  await kubectl(target, ['apply', '--filename=-'], { input });
  const phase = await eventually(
    'the books are judged',
    () => kubectl(target, ['get', `pod/${pod}`, '--output=jsonpath={.status.phase}']),
    (seen) => ['Succeeded', 'Failed'].includes(seen),
    120_000,
  );
  const words = await kubectl(target, ['logs', pod]);
  const judged = Number(/(\d+) orders judged/.exec(words)?.[1] ?? 0);
  return { adds: phase === 'Succeeded', judged, words: `${phase}: ${words}` };
}

/** By its name it is payments to the NetworkPolicies: the one that may ask both the broker and the bank. */
function reconcilePod(image: string, { since, until }: { since: number; until: number }) {
  const labels = { 'app.kubernetes.io/name': 'payments', 'app.kubernetes.io/instance': 'e2e' };
  const ago = (at: number) => `${Math.ceil((Date.now() - at) / 1000)}s`;
  // The pod counts from when it runs, some time from now: what is older is judged too, and does no harm.
  const span = [`--since=${ago(since - startMs)}`, `--until=${ago(until - endMs)}`];
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
