import type { Drill, Stage } from '../drill.ts';

/** By which the times of rules and routes are divided in the drill profile. */
export const profileFactor = 15;

/** Scrape and evaluation in the drill profile. */
export const profileIntervalSeconds = 1;

/** What no factor shortens: two intervals, a window of ten seconds, a part that starts. */
const graceSeconds = 15;

/** Counts are not scaled and windows are: there must be more to count. */
const requestsFactor = 3;

/** The rules as they are shipped, or with their times divided, so that all alarms can be proved within the hour. */
export type ProfileName = 'shipped' | 'drill';

export const profileInWords: Record<ProfileName, string> = {
  shipped: 'rules as shipped',
  drill: `drill profile: scrape and evaluation ${profileIntervalSeconds} s, times of rules and routes ÷ ${profileFactor}, no window below 10 s`,
};

/** The drill as it is performed in a profile. */
export function inProfile(drill: Drill, profile: ProfileName): Drill {
  if (profile === 'shipped') return drill;
  const { unscaledSeconds = 0, requests } = drill;
  const scale = (seconds: number) => unscaledSeconds + graceSeconds + seconds / profileFactor;
  const within = Object.entries(drill.within).map(([stage, seconds]) => [stage, Math.round(scale(seconds))]);
  return {
    ...drill,
    within: Object.fromEntries(within) as Partial<Record<Stage, number>>,
    ...(requests && { requests: { ...requests, perSecond: requests.perSecond * requestsFactor } }),
  };
}
