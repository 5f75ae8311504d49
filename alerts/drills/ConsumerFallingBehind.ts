import type { DrillFor } from '@tocsin/ops';

/**
 * Each event takes half a second, and three come each second: the group works, and is later with each round. Its
 * partitions are handled one after the other, so that none holds up the group for longer than it waits for a heartbeat.
 */
export const drill: DrillFor = () => ({
  alert: 'ConsumerFallingBehind',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'handler-latency', milliseconds: 500, ttlSeconds: 1200 }],
  },
  raises: {
    alertname: 'ConsumerFallingBehind',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
  },
  says: ['ConsumerFallingBehind', 'consumer group notifications', 'was older than', 'the limit is 30s'],
  silent: ['ServiceDown', 'HandlingsFailing', 'PartitionParked', 'HighErrorRate'],
  // A minute until a tenth is older than half a minute, a scrape, an evaluation; `for`; a warning's group wait. What
  // has piled up is handled at once after the repair, leaves the window a minute later, and the alert stays for another.
  within: {
    pending: 110,
    firing: 295,
    alertmanager: 297,
    webhook: 330,
    message: 330,
    cleared: 160,
    resolved: 225,
  },
  unscaledSeconds: 100,
});
