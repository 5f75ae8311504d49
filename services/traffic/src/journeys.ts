import { type Journey, type Outcome, outcomes } from './journey.ts';

export interface Summary {
  readonly seconds: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** From order to shipped, of those that were. */
  readonly shippedMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** The last journeys, for exact figures over a span; the metrics have all of them, in buckets. */
export interface Journeys {
  add(journey: Journey): void;
  /** Of journeys that ended within the last `seconds`, at most `longestSpanSeconds`. */
  summary(seconds: number): Summary;
}

export const longestSpanSeconds = 300;

/** @param now in milliseconds, growing steadily */
export function createJourneys(now: () => number = () => performance.now()): Journeys {
  /** By the second in which they ended, oldest first. */
  const bySecond = new Map<number, Journey[]>();
  const second = () => Math.floor(now() / 1000);

  return {
    add(journey) {
      const current = bySecond.get(second());
      if (current) current.push(journey);
      else bySecond.set(second(), [journey]);
      for (const old of bySecond.keys()) {
        if (old >= second() - longestSpanSeconds) break;
        bySecond.delete(old);
      }
    },
    summary(seconds) {
      const recent = [...bySecond].flatMap(([at, journeys]) => (at > second() - seconds ? journeys : []));
      const shipped = recent.flatMap(({ shippedAfterMs }) => shippedAfterMs ?? []).sort((a, b) => a - b);
      const count = (outcome: Outcome) => recent.filter((journey) => journey.outcome === outcome).length;
      return {
        seconds,
        outcomes: Object.fromEntries(outcomes.map((each) => [each, count(each)])) as Record<Outcome, number>,
        shippedMs:
          shipped.length === 0
            ? null
            : { p50: quantile(shipped, 0.5), p95: quantile(shipped, 0.95), p99: quantile(shipped, 0.99) },
      };
    },
  };
}

/** Nearest rank: a value that was really seen. */
function quantile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
}
