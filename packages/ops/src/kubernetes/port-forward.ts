import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPods } from './pods.ts';
import { kubectl, spawnKubectl, type Target } from './target.ts';

/** Of this machine, and of the pod. */
export interface PortPair {
  /** 0, one that is free. */
  local: number;
  remote: number;
}

/** A way from this machine to a pod, through kubectl. */
export interface PortForward {
  /** Of this machine, the first of them. */
  port: number;
  /** When kubectl has ended, with its last words: its pod ended, or it was stopped. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Opens a way to `resource`, such as `service/orders` or `pod/orders-1`; of a Service, to one of its pods.
 * @throws in kubectl's words when it cannot.
 */
export async function openPortForward(
  target: Target,
  resource: string,
  ...pairs: PortPair[]
): Promise<PortForward> {
  const ports = pairs.map(({ local, remote }) => `${local || ''}:${remote}`);
  const process = spawnKubectl(target, ['port-forward', resource, ...ports]);
  let lastWords = '';
  createInterface(process.stderr).on('line', (line) => {
    lastWords = line;
  });
  const ended = process.then(() => lastWords.replace(/^error: /, '') || 'kubectl has ended');
  const stop = async () => {
    process.kill('SIGTERM');
    await ended;
  };
  const lines = createInterface(process.stdout);
  const [first] = (await Promise.race([once(lines, 'line'), ended.then(() => [])])) as [string?];
  const port = Number(/:(\d+) ->/.exec(first ?? '')?.[1]);
  if (!port) {
    await stop();
    throw new Error(await ended);
  }
  return { port, ended, stop };
}

const retryMs = 1000;

/**
 * Keeps a way to a ready pod of a service open until the signal, through the ends of pods.
 * @param options.onOpen told each time that there is a way, `onLost` once each time that there is none.
 * @param options.ending told which pods are about to end, by name: kubectl notices only when the next request fails.
 */
export async function keepPortForward(
  target: Target,
  service: string,
  options: {
    pairs: PortPair[];
    signal: AbortSignal;
    onOpen: () => void;
    onLost: (why: string) => void;
    ending?: EventTarget;
  },
): Promise<void> {
  const { pairs, signal, onOpen, onLost, ending } = options;
  let lost = false;
  while (!signal.aborted) {
    const pod = await readyPod(target, service);
    const way = pod && (await openPortForward(target, `pod/${pod}`, ...pairs).catch((error: Error) => error));
    let why: string;
    if (way && !(way instanceof Error)) {
      const stop = () => void way.stop();
      signal.addEventListener('abort', stop);
      ending?.addEventListener(pod, stop);
      onOpen();
      lost = false;
      if (signal.aborted) stop();
      why = await way.ended;
      signal.removeEventListener('abort', stop);
      ending?.removeEventListener(pod, stop);
    } else {
      why = way ? way.message : 'no pod is ready';
      await sleep(retryMs, undefined, { signal }).catch(() => {}); // Aborted: the end.
    }
    if (!lost && !signal.aborted) onLost(why === 'kubectl has ended' ? `${pod} ends` : why);
    lost = true;
  }
}

async function readyPod(target: Target, service: string): Promise<string | undefined> {
  // By the selector of the Service: by its name Postgres would not be told from its exporter.
  const selector = '--output=jsonpath={.spec.selector}';
  try {
    const labels = JSON.parse(await kubectl(target, ['get', 'service', service, selector])) as object;
    const which = Object.entries(labels).map((label) => label.join('='));
    const pods = await readPods(target, [...which, 'app.kubernetes.io/component!=test'].join());
    return pods.find(({ state }) => state === 'ready')?.name;
  } catch {
    return undefined; // The cluster does not answer: asked again.
  }
}
