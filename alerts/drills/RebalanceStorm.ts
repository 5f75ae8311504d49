import type { DrillFor } from '@tocsin/ops';

/** The consumer leaves its group and comes back, every two seconds. */
export const drill: DrillFor = () => ({
  alert: 'RebalanceStorm',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'rejoin', group: 'notifications', everySeconds: 2, ttlSeconds: 600 }],
  },
  raises: {
    alertname: 'RebalanceStorm',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
  },
  says: ['RebalanceStorm', 'consumer group notifications', 'within ten minutes', 'the limit is 10'],
  silent: ['ServiceDown', 'PartitionParked', 'HandlingsFailing', 'HighErrorRate'],
  // Eleven joins, a scrape, an evaluation; a warning's group wait. Until all but ten have left the window: ten minutes.
  within: { firing: 60, alertmanager: 62, webhook: 97, message: 97, cleared: 620, resolved: 690 },
  unscaledSeconds: 45,
});
