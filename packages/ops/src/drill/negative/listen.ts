import { setTimeout as sleep } from 'node:timers/promises';
import { heardSince, inWords } from '../heard.ts';
import { createWatch, type PrometheusAlert, type Stations } from '../observe.ts';

const pollMs = 1000;

/** What is heard until it is asked for. */
export interface Listener {
  /** What should not have rung, and what was about to; for people. */
  end(): Promise<{ problems: string[]; notes: string[] }>;
}

/**
 * Listens to all stations: an alert that is gone before anybody is told counts all the same; one that rings already when
 * it begins does not.
 * @param mayRing those that may, each once in the room and at the pager.
 */
export async function listen(stations: Stations, mayRing: readonly string[] = []): Promise<Listener> {
  const watch = createWatch(stations);
  const since = new Date();
  const firing = new Set<string>();
  const pending = new Set<string>();
  const ending = new AbortController();
  const isAllowed = (alert = '') => alert === 'Watchdog' || mayRing.includes(alert);
  const nameOf = ({ labels: { alertname, service } }: PrometheusAlert) =>
    `${alertname}${service ? ` of ${service}` : ''}`;
  const before = (await watch.inPrometheus()).filter(({ state }) => state === 'firing').map(nameOf);

  const look = async () => {
    for (const alert of await watch.inPrometheus()) {
      const name = nameOf(alert);
      if (isAllowed(alert.labels.alertname) || before.includes(name)) continue;
      (alert.state === 'firing' ? firing : pending).add(name);
    }
  };
  const listening = (async () => {
    while (!ending.signal.aborted) {
      await look().catch(() => {}); // It may be Prometheus that is restarted.
      await sleep(pollMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();

  return {
    async end() {
      ending.abort();
      await listening;
      const heard = await heardSince(watch, since);
      const twice = heard.filter(
        (each, index) => heard.findIndex((other) => inWords(other) === inWords(each)) !== index,
      );
      return {
        problems: [
          ...[...firing].map((name) => `${name} has fired`),
          ...heard.filter(({ alert }) => !isAllowed(alert)).map(inWords),
          ...twice.map((each) => `${inWords(each)} more than once`),
        ],
        notes: [...pending].filter((name) => !firing.has(name)).map((name) => `${name} was pending`),
      };
    },
  };
}
