import { setTimeout as sleep } from 'node:timers/promises';

/** Sends shoppers out at a steady rate, whether or not those before them have come back: an open loop. */
export interface Shoppers {
  rate(): number;
  setRate(perSecond: number): void;
  /** Until `signal`; resolves when the last one has come back, or soon after without them. */
  run(signal: AbortSignal): Promise<void>;
}

/** So that a change of the rate is soon noticed. */
const longestPauseMs = 100;
/** What a stalled process makes up for at most, in time. */
const mostArrearsMs = 1000;
/** How long the end waits for those who are under way. */
const farewellMs = 1000;

export function createShoppers(options: {
  perSecond: number;
  maxInFlight: number;
  /** One shopper's journey; never rejects. */
  go(signal: AbortSignal): Promise<void>;
  /** Called instead, while as many as may be are under way. */
  skip(): void;
}): Shoppers {
  const { maxInFlight, go, skip } = options;
  const inFlight = new Set<Promise<void>>();
  let perSecond = options.perSecond;
  let dueAt = 0;

  // The next one is due never, at a rate of 0: a thousand divided by it is infinite.
  const restart = () => {
    dueAt = performance.now() + 1000 / perSecond;
  };
  const send = (signal: AbortSignal) => {
    if (inFlight.size >= maxInFlight) return skip();
    const journey = go(signal).finally(() => inFlight.delete(journey));
    inFlight.add(journey);
  };

  return {
    rate: () => perSecond,
    setRate(rate) {
      perSecond = rate;
      restart();
    },
    async run(signal) {
      restart();
      while (!signal.aborted) {
        const now = performance.now();
        if (dueAt > now) {
          await sleep(Math.min(dueAt - now, longestPauseMs), undefined, { signal }).catch(() => {});
        } else {
          dueAt = Math.max(dueAt, now - mostArrearsMs) + 1000 / perSecond;
          send(signal);
        }
      }
      await Promise.race([Promise.all(inFlight), sleep(farewellMs)]);
    },
  };
}
