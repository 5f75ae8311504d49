import { setTimeout as sleep } from 'node:timers/promises';
import { askPrometheus, type NegativeDrill } from '@tocsin/ops';

/** A new release: each service is ended by SIGTERM and started with another RELEASE, and then the former one again. */
export const drill: NegativeDrill = {
  name: 'deploy',
  does: 'a release is rolled out and rolled back',
  async act({ services, restart, signal, hands }) {
    for (const settings of [{ RELEASE: 'drill' }, {}]) {
      for (const service of services) {
        signal.throwIfAborted();
        await restart(service, settings);
      }
      const released = 'count(tocsin_build_info{release="drill"})';
      // Prometheus has looked at the last one within two of its rounds.
      await until(
        signal,
        `${services.length} services run the ${'RELEASE' in settings ? 'new' : 'old'} release`,
        async () => {
          const seen = (await askPrometheus(hands.platform.prometheusUrl, released)) ?? 0;
          return 'RELEASE' in settings ? seen === services.length : seen === 0;
        },
      );
    }
  },
  restarts: 2,
  watchSeconds: 80,
};

async function until(signal: AbortSignal, what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await look())) {
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await sleep(1000);
  }
}
