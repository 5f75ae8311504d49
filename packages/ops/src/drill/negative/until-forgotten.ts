import { setTimeout as sleep } from 'node:timers/promises';
import { askPrometheus } from '../ask-prometheus.ts';

/** As CrashLoop counts and judges, in `alerts/rules/runtime.yaml`. */
const counted = 'max(service:process_restarts:changes10m)';
const allowed = 2;
/** Longer than the ten minutes. */
const patienceMs = 720_000;

/**
 * Returns when each service may begin anew so many times more, and that is no crash loop: those of the drills before, or
 * of whoever starts the platform by hand, count as well.
 * @throws when Prometheus does not answer, or the services go on to begin anew.
 */
export async function untilForgotten(
  restarts: number,
  options: { prometheusUrl: string; signal: AbortSignal; onWait(earlier: number): void; everyMs?: number },
): Promise<void> {
  const { prometheusUrl, signal, onWait, everyMs = 1000 } = options;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const earlier = (await askPrometheus(prometheusUrl, counted)) ?? 0;
    if (earlier + restarts <= allowed) return;
    if (Date.now() > deadline)
      throw new Error(`Services begin anew all the time: ${earlier} times in ten minutes`);
    onWait(earlier);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
