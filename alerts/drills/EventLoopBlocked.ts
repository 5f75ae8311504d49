import type { DrillFor } from '@tocsin/ops';

const service = 'notifications';
/** Not in step with the scrapes: each begins a new histogram, which misses what blocks right after. */
const [blockedMs, everyMs] = [1400, 3700];
let blocking: NodeJS.Timeout | undefined;

/** Again and again the process computes for 1.4 s, and nothing else happens in it meanwhile. */
export const drill: DrillFor = () => ({
  alert: 'EventLoopBlocked',
  group: 'runtime',
  breaks: {
    kind: 'acts',
    does: `the event loop of ${service} blocked for ${blockedMs} ms every ${everyMs / 1000} s`,
    async break({ platform }) {
      const block = () =>
        platform.setFaults(service, [{ kind: 'block-event-loop', milliseconds: blockedMs }]);
      await block();
      // One that is not heard is made up for by the next.
      blocking = setInterval(() => void block().catch(() => {}), everyMs);
    },
    // The process that blocks it again and again is this one: with it, it ends.
    async repair() {
      clearInterval(blocking);
    },
  },
  raises: { alertname: 'EventLoopBlocked', severity: 'warning', namespace: 'tocsin', service },
  says: ['EventLoopBlocked', `of ${service}`, 'was blocked again and again', 'the limit is 1s'],
  silent: ['CrashLoop', 'NeverReady', 'ConsumerGroupEmpty', 'HandlingsFailing', 'HighErrorRate'],
  // A scrape, an evaluation; `for`; a warning's group wait. The last second that was blocked leaves the window after
  // a minute.
  within: {
    pending: 17,
    firing: 202,
    alertmanager: 204,
    webhook: 237,
    message: 237,
    cleared: 75,
    resolved: 140,
  },
});
