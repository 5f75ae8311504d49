import type { DrillFor } from '@tocsin/ops';

/** The consumer keeps its place in the group, beats its heart, and handles nothing of what it has read. */
export const drill: DrillFor = () => ({
  alert: 'ConsumerStalled',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'consumer-stop', group: 'notifications', ttlSeconds: 600 }],
  },
  raises: {
    alertname: 'ConsumerStalled',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
  },
  says: ['ConsumerStalled', 'consumer group notifications', 'none of them moves', 'the limit is 1m'],
  silent: ['ServiceDown', 'ConsumerGroupEmpty', 'PartitionParked', 'HandlingsFailing', 'HighErrorRate'],
  // An event that is read, the minute, a scrape, an evaluation; `for`; the group wait.
  within: {
    pending: 78,
    firing: 110,
    alertmanager: 112,
    webhook: 119,
    message: 119,
    cleared: 30,
    resolved: 50,
  },
  unscaledSeconds: 5,
});
