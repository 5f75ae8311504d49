import type { DrillFor } from '@tocsin/ops';

/** The room is kept down: the pager alone can tell. */
export const drill: DrillFor = () => ({
  alert: 'ChatopsDown',
  group: 'meta',
  breaks: { kind: 'hold', part: 'chatops' },
  raises: { alertname: 'ChatopsDown', severity: 'critical', namespace: 'tocsin', service: 'chatops' },
  receivers: ['pager'],
  says: ['ChatopsDown', 'The ops room is down'],
  silent: ['ServiceDown', 'NotificationsFailing'],
  // A scrape, an evaluation; `for` a minute; the group wait. After the repair, the group interval.
  within: {
    pending: 20,
    firing: 81,
    alertmanager: 82,
    pager: 88,
    cleared: 30,
    pagerResolved: 50,
  },
  unscaledSeconds: 5,
});
