import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnKubectl, type Target } from './target.ts';

/** A way from this machine to a pod, through kubectl. */
export interface PortForward {
  /** Of this machine. */
  port: number;
  /** When kubectl has ended, with its last words: its pod ended, or it was stopped. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Opens a way to `resource`, such as `service/orders` or `pod/orders-1`; of a Service, to one of its pods.
 * @param ports.local of this machine; 0, one that is free.
 * @throws in kubectl's words when it cannot.
 */
export async function openPortForward(
  target: Target,
  resource: string,
  ports: { local: number; remote: number },
): Promise<PortForward> {
  const local = ports.local === 0 ? '' : ports.local;
  const process = spawnKubectl(target, ['port-forward', resource, `${local}:${ports.remote}`]);
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
    throw new Error(`No way to ${resource}: ${await ended}`);
  }
  return { port, ended, stop };
}

/**
 * Keeps a way open until the signal, through the ends of the pods behind it.
 * @param options.onLost told when the way has ended; `onBack`, when there is one again.
 * @returns when it is closed.
 */
export async function keepPortForward(
  target: Target,
  resource: string,
  options: {
    local: number;
    remote: number;
    signal: AbortSignal;
    onOpen: () => void;
    onLost: (why: string) => void;
  },
): Promise<void> {
  const { signal, onOpen, onLost } = options;
  let told = false;
  while (!signal.aborted) {
    const way = await openPortForward(target, resource, options).catch((error: Error) => error);
    if (way instanceof Error) {
      // No pod is there yet, or none any more: told once, tried until there is.
      if (!told) onLost(way.message);
      told = true;
      await sleep(retryMs, undefined, { signal }).catch(() => {}); // Aborted: the end.
      continue;
    }
    onOpen();
    told = false;
    const stop = () => void way.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) await way.stop();
    const why = await way.ended;
    signal.removeEventListener('abort', stop);
    if (!signal.aborted) {
      onLost(why);
      told = true;
    }
  }
}

const retryMs = 1000;
