import { setTimeout as sleep } from 'node:timers/promises';
import { createWatch, type Stations, type Watch } from './observe.ts';

/** The only alert that rings on a healthy platform. */
const heartbeat = 'Watchdog';

/**
 * The room closes by itself what Alertmanager no longer knows, but not before three minutes have passed since that
 * started: an incident that was open when the platform was ended says nothing about it now.
 */
const leftOpenMs = 70_000;

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
    /** The alert whose incidents must be closed, however long that takes. */
    own?: string;
    patienceMs?: number;
    onWait?(noises: readonly string[]): void;
  },
): Promise<void> {
  const { signal, mayRing = [], own, patienceMs = 300_000, onWait } = options;
  const watch = createWatch(stations);
  const allowed = (alert = '') => alert === heartbeat || mayRing.includes(alert);
  const deadline = Date.now() + patienceMs;
  let rangAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const ringing = await ringingNow(watch, allowed).catch((error: unknown) => [String(error)]);
    if (ringing.length > 0) rangAt = Date.now();
    const leftOpen = Date.now() - rangAt > leftOpenMs;
    const open = await openIn(watch, (alert) => allowed(alert) || (leftOpen && alert !== own)).catch(
      (error: unknown) => [String(error)],
    );
    const noises = [...ringing, ...open];
    if (noises.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`A drill needs a platform on which nothing rings, but ${noises.join(', ')}`);
    }
    onWait?.(noises);
    await sleep(500, undefined, { signal }).catch(() => {});
  }
}

async function ringingNow(watch: Watch, allowed: (alert?: string) => boolean): Promise<string[]> {
  const [judged, told] = await Promise.all([watch.inPrometheus(), watch.inAlertmanager()]);
  const named = ({ alertname, service }: Readonly<Record<string, string>>) =>
    `${alertname}${service ? ` of ${service}` : ''}`;
  return [
    ...judged
      .filter(({ labels }) => !allowed(labels.alertname))
      .map(({ labels, state }) => `${named(labels)} is ${state}`),
    ...told
      .filter(({ labels }) => !allowed(labels.alertname))
      .map(({ labels }) => `Alertmanager has ${named(labels)}`),
  ];
}

async function openIn(watch: Watch, allowed: (alert: string) => boolean): Promise<string[]> {
  return (await watch.inTheRoom())
    .filter(({ status, alert }) => status === 'firing' && !allowed(alert))
    .map(({ alert, service }) => `${alert}${service ? ` of ${service}` : ''} is open in the room`);
}
