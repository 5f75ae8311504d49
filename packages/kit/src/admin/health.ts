import type { Metrics } from '../metrics.ts';

/** One thing that must hold; a returned text says what does not. */
export interface HealthCheck {
  readonly name: string;
  check(): string | undefined;
}

export interface Health {
  /** A reason to restart this process. Never the state of anything outside it. */
  live(check: HealthCheck): void;
  /** A condition for taking traffic, asked each time. */
  readyWhile(check: HealthCheck): void;
  /** A condition that is met once and for all: migrations done, group joined. */
  latch(name: string): { set(): void };
  /** What fails, by name; empty when healthy. */
  failures(probe: 'livez' | 'readyz' | 'startupz'): Readonly<Record<string, string>>;
  /** True once every latch is set. */
  latched(): boolean;
  /** Config is parsed and the admin server listens. */
  started(): void;
}

/** The state behind the three probes, and the same state as a metric. */
export function createHealth(metrics: Metrics): Health {
  const live: HealthCheck[] = [];
  const ready: HealthCheck[] = [];
  const open = new Set<string>();
  let hasStarted = false;

  const failing = (checks: readonly HealthCheck[]) =>
    Object.fromEntries(
      checks.flatMap(({ name, check }) => {
        const reason = check();
        return reason === undefined ? [] : [[name, reason]];
      }),
    );
  const failures: Health['failures'] = (probe) => {
    if (probe === 'startupz') return hasStarted ? {} : { startup: 'not started' };
    if (probe === 'livez') return failing(live);
    return { ...failing(ready), ...Object.fromEntries([...open].map((name) => [name, 'not yet'])) };
  };

  const status = metrics.gauge('kit_health_check_status', 'Whether the probe would succeed now: 1 or 0.', [
    'probe',
  ]);
  Object.assign(status, {
    collect() {
      for (const probe of ['livez', 'readyz', 'startupz'] as const) {
        status.set({ probe }, Object.keys(failures(probe)).length === 0 ? 1 : 0);
      }
    },
  });

  return {
    live: (check) => void live.push(check),
    readyWhile: (check) => void ready.push(check),
    latch(name) {
      open.add(name);
      return { set: () => void open.delete(name) };
    },
    failures,
    latched: () => open.size === 0,
    started() {
      hasStarted = true;
    },
  };
}
