import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, openPortForward, openTarget, type PodView, readPods, type Target } from '@tocsin/ops';
import { execa } from 'execa';

export const root = path.join(import.meta.dirname, '../..');

/** As a person types it. @throws with all that it said. */
export const make = (...args: string[]) => execa('make', args, { cwd: root, all: true });

/** The cluster that `make e2e` is for: CLUSTER or CONTEXT, as of `make deploy`. */
export function target(): Promise<Target> {
  const { CLUSTER, CONTEXT } = process.env;
  return openTarget(root, { cluster: CLUSTER || 'tocsin', context: CONTEXT || undefined });
}

/** Pods of our own services, or of one of them. */
export async function servicePods(target: Target, name?: string): Promise<PodView[]> {
  const which = name ? `,app.kubernetes.io/name=${name}` : '';
  return readPods(target, `app.kubernetes.io/component=service${which}`);
}

/** Replaces the pods of all services, and returns when the old ones are gone. */
export async function restartServices(target: Target): Promise<void> {
  const which = '--selector=app.kubernetes.io/component=service';
  await kubectl(target, ['rollout', 'restart', 'deployments', which]);
  const names = await kubectl(target, ['get', 'deployments', which, '--output=name']);
  for (const name of names.split('\n')) await kubectl(target, ['rollout', 'status', name, '--timeout=300s']);
  await untilServicesReady(target);
}

/** Returns when every pod of our services is ready, and none of a rollout before is left. */
export async function untilServicesReady(target: Target): Promise<void> {
  await eventually(
    'every pod of the services is ready, and no old one left',
    () => servicePods(target),
    (pods) => pods.length > 0 && pods.every(({ state }) => state === 'ready'),
    120_000,
  );
}

/** How often the containers of each pod were restarted. */
export function restartsOf(pods: readonly PodView[]): Record<string, number> {
  return Object.fromEntries(pods.map(({ name, restarts }) => [name, restarts]));
}

/** Asks again every second, for one look costs a process. @throws with what was seen last. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  deadlineMs: number,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${deadlineMs / 1000} s: ${JSON.stringify(seen)}`);
    await sleep(1000);
  }
}

/** Whether a Service sends requests to the pod. */
export async function isInService(target: Target, service: string, pod: string): Promise<boolean> {
  const which = `--selector=kubernetes.io/service-name=${service}`;
  const slices = JSON.parse(await kubectl(target, ['get', 'endpointslices', which, '--output=json'])) as {
    items: { endpoints: { conditions: { ready?: boolean }; targetRef?: { name: string } }[] | null }[];
  };
  const endpoints = slices.items.flatMap(({ endpoints }) => endpoints ?? []);
  return endpoints.some(({ conditions, targetRef }) => targetRef?.name === pod && conditions.ready === true);
}

/** Calls a port of a pod or a Service from here. */
async function callThrough<T>(
  target: Target,
  resource: string,
  port: number,
  call: (url: string) => Promise<T>,
): Promise<T> {
  const way = await openPortForward(target, resource, { local: 0, remote: port });
  try {
    return await call(`http://127.0.0.1:${way.port}`);
  } finally {
    await way.stop();
  }
}

/** Sets a fault in one pod. */
export async function setFault(target: Target, pod: string, fault: object): Promise<void> {
  await callThrough(target, `pod/${pod}`, 9102, async (url) => {
    const response = await fetch(`${url}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ faults: [fault] }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok)
      throw new Error(`${pod} refuses the fault: ${response.status} ${await response.text()}`);
  });
}

/** What a query gives now. */
export async function queryPrometheus(
  target: Target,
  query: string,
): Promise<{ labels: Record<string, string>; value: string }[]> {
  return callThrough(target, 'service/prometheus', 9090, async (url) => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`, {
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`Prometheus: ${response.status} ${await response.text()}`);
    const { data } = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ labels: metric, value: value[1] }));
  });
}

/**
 * The alerts that fire, or have fired in so many seconds, beside the Watchdog: Prometheus keeps each evaluation.
 * @throws when the Watchdog is not among them: no rules were evaluated.
 */
export async function firedAlerts(target: Target, seconds?: number): Promise<string[]> {
  const firing = 'ALERTS{alertstate="firing"}';
  const seen = await queryPrometheus(target, seconds ? `max_over_time(${firing}[${seconds}s])` : firing);
  if (!seen.some(({ labels }) => labels.alertname === 'Watchdog')) throw new Error('The Watchdog is silent');
  const alerts = seen.filter(({ labels }) => labels.alertname !== 'Watchdog');
  return [...new Set(alerts.map(({ labels }) => `${labels.alertname} of ${labels.service}`))].sort();
}
