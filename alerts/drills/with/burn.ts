import type { Drill } from '@tocsin/ops';
import { steadyHistory } from './history.ts';

type Bounds = Drill['within'];

/**
 * Evaluated once a minute: ten failures, then `for` two minutes. On a young installation the windows of half an hour
 * hold nothing else, and take as long to recover.
 */
export const fastBurn: Bounds = {
  firstBadResponse: 30,
  pending: 130,
  firing: 310,
  alertmanager: 311,
  webhook: 320,
  message: 320,
  cleared: 1900,
  resolved: 1930,
};

/** `for` a quarter of an hour. The all-clear comes when the window of two hours has forgotten. */
export const slowBurn: Bounds = {
  pending: 780,
  firing: 1740,
  alertmanager: 1741,
  webhook: 1780,
  message: 1780,
  cleared: 7500,
  resolved: 7600,
};

/** An hour of the rules is so long in the drill profile. */
const profileMinutesOfAnHour = 4;

/**
 * A time in which a service burnt its budget at a steady pace.
 * @param hours of the rules. What is as long as a window fills it; without half of its long window a slow pair is silent.
 * @param burnt the recording rule that counts what went against the objective.
 * @param ratio of the requests that did.
 */
export function burntHistory(
  service: string,
  burnt: 'failures' | 'slow_requests',
  { hours, requests, ratio }: { hours: number; requests: number; ratio: number },
): NonNullable<Drill['needs']> {
  const labels = `{namespace="tocsin",service="${service}"}`;
  return {
    history: (now) =>
      steadyHistory(now, hours * profileMinutesOfAnHour, [
        { series: `service:slo_requests:increase1m${labels}`, value: requests },
        { series: `service:slo_${burnt}:increase1m${labels}`, value: requests * ratio },
      ]),
  };
}
