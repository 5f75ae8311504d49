const unitSeconds = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };
type Unit = keyof typeof unitSeconds;

/** Seconds of a duration as Prometheus and Alertmanager write it: `90s`, `1h30m`. @throws when it is none. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[ywdhms])/g)];
  if (duration === '' || parts.map(([whole]) => whole).join('') !== duration) {
    throw new Error(`"${duration}" is no duration`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit as Unit], 0);
}

/** A duration divided, in whole seconds, with a floor. What is no wait at all stays none. */
export function shorten(duration: string, factor: number, leastSeconds: number): string {
  // Alertmanager and Prometheus take a bare 0.
  const seconds = duration === '0' ? 0 : secondsOf(duration);
  if (seconds === 0) return '0s';
  // What was below the floor already is not made longer.
  return `${Math.max(Math.min(leastSeconds, seconds), Math.round(seconds / factor))}s`;
}
