import { setTimeout as sleep } from 'node:timers/promises';
import { createWatch, type Stations, type Watch } from './observe.ts';
import type { ProfileName } from './profile/profile.ts';

/** The only alert that rings on a healthy platform. */
const heartbeat = 'Watchdog';

/**
 * An all-clear comes within a group interval. Later than that nobody has one to tell: the incident was open when the
 * platform was ended, and says nothing about it now. The room closes it by itself some minutes after the start.
 */
const leftOpenMs: Record<ProfileName, number> = { shipped: 70_000, drill: 15_000 };

/** The longest windows that a drill leaves full of failures, as shipped, are of ten minutes. */
const patienceOf: Record<ProfileName, number> = { shipped: 900_000, drill: 300_000 };

/**
 * Returns when nothing rings, nor is about to, but the Watchdog.
 * @throws Error that says what does not end, after `patienceMs`.
 */
export async function untilQuiet(
  stations: Stations,
  options: {
    signal: AbortSignal;
    profile?: ProfileName;
    /** Alerts that do not count. */
    mayRing?: readonly string[];
    /** The alert whose incidents must be closed, however long that takes. */
    own?: string;
    patienceMs?: number;
    onWait?(noises: readonly string[]): void;
  },
): Promise<void> {
  const { signal, profile = 'shipped', mayRing = [], own, onWait } = options;
  const { patienceMs = patienceOf[profile] } = options;
  const watch = createWatch(stations);
  const allowed = (alert = '') => alert === heartbeat || mayRing.includes(alert);
  const deadline = Date.now() + patienceMs;
  let rangAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const ringing = await ringingNow(watch, allowed).catch((error: unknown) => [String(error)]);
    if (ringing.length > 0) rangAt = Date.now();
    const leftOpen = Date.now() - rangAt > leftOpenMs[profile];
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
