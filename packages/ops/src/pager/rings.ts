/**
 * Whether critical alerts ring our own pager: a key of PagerDuty or Opsgenie sends them there instead. Whoever starts
 * Alertmanager decides it, by its environment.
 */
export function ringsOurPager(env: NodeJS.ProcessEnv = process.env): boolean {
  return !env.PAGERDUTY_KEY_FILE && !env.OPSGENIE_KEY_FILE;
}
