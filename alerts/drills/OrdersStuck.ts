import type { DrillFor } from '@tocsin/ops';

/** The consumer of orders handles nothing and says nothing: orders are accepted, and none comes to its end. */
export const drill: DrillFor = () => ({
  alert: 'OrdersStuck',
  group: 'flow',
  breaks: {
    kind: 'faults',
    service: 'orders',
    faults: [{ kind: 'consumer-stop', group: 'orders', ttlSeconds: 600 }],
  },
  raises: { alertname: 'OrdersStuck', severity: 'critical', namespace: 'tocsin', service: 'orders' },
  says: ['OrdersStuck', 'do not come to their end', 'the limit is 30%'],
  silent: ['ServiceDown', 'HighErrorRate'],
  // 30 % of five minutes, a scrape, an evaluation; `for`; the group wait. What waited ends within seconds of the
  // repair, and the alarm goes on for two minutes.
  within: {
    pending: 105,
    firing: 230,
    alertmanager: 232,
    webhook: 240,
    message: 240,
    cleared: 150,
    resolved: 170,
  },
  unscaledSeconds: 10,
});
