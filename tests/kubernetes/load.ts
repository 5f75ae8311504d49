import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { kubectl, type Target } from '@tocsin/ops';
import { z } from 'zod';

const script = path.join(import.meta.dirname, 'load/load.ts');
const pod = 'load';

const reportSchema = z.object({
  accepted: z.number(),
  refused: z.array(
    z.object({
      at: z.string(),
      status: z.number(),
      /** Header of the answer; empty where there was none. */
      retryAfter: z.string(),
      body: z.string(),
      milliseconds: z.number(),
    }),
  ),
  failed: z.array(z.object({ at: z.string(), why: z.string(), milliseconds: z.number() })),
  /** Accepted, and not at an end long after. */
  unfinished: z.array(z.string()),
});
export type LoadReport = z.output<typeof reportSchema>;

/** Orders from inside the cluster, until it is stopped. */
export interface Load {
  /** Returns when orders are accepted, at once where they are. @throws when they are not for two minutes. */
  accepting(): Promise<void>;
  /**
   * Returns when every accepted order has ended, or had its time.
   * @throws when it has placed so few that nothing is proved.
   */
  stop(): Promise<LoadReport>;
}

/**
 * Starts a pod that places orders as shoppers do: through the Services, where a rollout must not be felt. Returns when
 * the first is accepted.
 */
export async function startLoad(t: TestContext, target: Target, perSecond: number): Promise<Load> {
  const remove = async () => {
    await kubectl(target, [
      'delete',
      `pod/${pod}`,
      `configmap/${pod}`,
      '--ignore-not-found',
      '--grace-period=0',
    ]);
  };
  await remove();
  t.after(remove);
  const objects = [
    configMap(await readFile(script, 'utf8')),
    loadPod(await platformImage(target), perSecond),
  ];
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await kubectl(target, ['apply', '--filename=-'], { input: JSON.stringify(list) });
  const accepting = async () => {
    await kubectl(target, ['wait', `pod/${pod}`, '--for=condition=Ready', '--timeout=120s']);
  };
  await accepting();
  const startedAt = Date.now();
  return {
    accepting,
    async stop() {
      const seconds = (Date.now() - startedAt) / 1000;
      await kubectl(target, ['exec', pod, '--', 'touch', '/tmp/stop']);
      await kubectl(target, [
        'wait',
        `pod/${pod}`,
        '--for=jsonpath={.status.phase}=Succeeded',
        '--timeout=300s',
      ]);
      const report = reportSchema.parse(JSON.parse(await kubectl(target, ['logs', pod])));
      const placed = report.accepted + report.refused.length + report.failed.length;
      // A busy machine places fewer than it is to, but not a fifth of them.
      if (placed < (seconds * perSecond) / 5)
        throw new Error(`Only ${placed} orders were placed in ${Math.round(seconds)} s`);
      return report;
    },
  };
}

/** The image that the services run. */
export function platformImage(target: Target): Promise<string> {
  return kubectl(target, [
    'get',
    'deployment/orders',
    '--output=jsonpath={.spec.template.spec.containers[0].image}',
  ]);
}

function configMap(text: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: pod }, data: { 'load.ts': text } };
}

/** By its name it is one of the shoppers to the NetworkPolicies, and by its instance none of the Service's pods. */
function loadPod(image: string, perSecond: number) {
  const labels = { 'app.kubernetes.io/name': 'traffic', 'app.kubernetes.io/instance': 'e2e' };
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
          args: ['/scripts/load.ts'],
          env: [{ name: 'ORDERS_PER_SECOND', value: String(perSecond) }],
          readinessProbe: {
            httpGet: { path: '/', port: 8080 },
            periodSeconds: 1,
            timeoutSeconds: 5,
            failureThreshold: 1,
          },
          securityContext,
          resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '96Mi' } },
          volumeMounts: [
            { name: 'scripts', mountPath: '/scripts' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: [
        { name: 'scripts', configMap: { name: pod } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  };
}

/** What Pod Security `restricted` asks of a pod, and of its containers. */
export const podSpec = {
  restartPolicy: 'Never',
  enableServiceLinks: false,
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  // Never on the node that is drained.
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'tocsin/worker', operator: 'NotIn', values: ['second'] }] },
        ],
      },
    },
  },
};
export const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
