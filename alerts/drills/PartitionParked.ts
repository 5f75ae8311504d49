import type { DrillFor } from '@tocsin/ops';

/** Each event of one type fails with an error that may pass: its partitions are tried again for half a minute, and parked. */
export const drill: DrillFor = () => ({
  alert: 'PartitionParked',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'handler-error', eventType: 'order.shipped.v1', ttlSeconds: 600 }],
  },
  raises: {
    alertname: 'PartitionParked',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
  },
  says: ['PartitionParked', 'consumer group notifications', 'keeps failing', 'the limit is 0'],
  silent: ['ServiceDown', 'ConsumerGroupEmpty', 'DeadLettersArriving', 'CrashReported', 'HighErrorRate'],
  // An event that fails, half a minute of tries every few seconds, a scrape, an evaluation; the group wait. After the
  // repair up to 15 s until the next try; the alert stays for another minute.
  within: {
    firing: 50,
    alertmanager: 52,
    webhook: 59,
    message: 59,
    cleared: 95,
    resolved: 115,
  },
  unscaledSeconds: 40,
});
