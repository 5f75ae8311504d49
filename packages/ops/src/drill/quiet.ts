import { setTimeout as sleep } from 'node:timers/promises';
import { createWatch, type Stations, type Watch } from './observe.ts';

/** The only alert that rings on a healthy platform. */
const heartbeat = 'Watchdog';

/** What is not as quiet as it should be, each once; for people. */
async function noises(watch: Watch, mayRing: readonly string[]): Promise<string[]> {
  const [judged, told, incidents] = await Promise.all([
    watch.inPrometheus(),
    watch.inAlertmanager(),
    watch.inTheRoom(),
  ]);
  const allowed = (alert = '') => alert === heartbeat || mayRing.includes(alert);
  const named = ({ alertname, service }: Readonly<Record<string, string>>) =>
    `${alertname}${service ? ` of ${service}` : ''}`;
  return [
    ...judged
      .filter(({ labels }) => !allowed(labels.alertname))
      .map(({ labels, state }) => `${named(labels)} is ${state}`),
    ...told
      .filter(({ labels }) => !allowed(labels.alertname))
      .map(({ labels }) => `Alertmanager has ${named(labels)}`),
    ...incidents
      .filter(({ status, alert }) => status === 'firing' && !allowed(alert))
      .map(({ alert, service }) => `${alert}${service ? ` of ${service}` : ''} is open in the room`),
  ];
}

/**
 * Returns when nothing rings, nor is about to, but the Watchdog.
 * @throws Error that says what does not end, after `patienceMs`.
 */
export async function untilQuiet(
  stations: Stations,
  options: {
    signal: AbortSignal;
    /** Alerts that do not count. */
    mayRing?: readonly string[];
    patienceMs?: number;
    onWait?(noises: readonly string[]): void;
  },
): Promise<void> {
  const { signal, mayRing = [], patienceMs = 300_000, onWait } = options;
  const watch = createWatch(stations);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const heard = await noises(watch, mayRing).catch((error: unknown) => [String(error)]);
    if (heard.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`A drill needs a platform on which nothing rings, but ${heard.join(', ')}`);
    }
    onWait?.(heard);
    await sleep(500, undefined, { signal }).catch(() => {});
  }
}
