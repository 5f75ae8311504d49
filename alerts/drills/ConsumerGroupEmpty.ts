import type { DrillFor } from '@tocsin/ops';

/** The consumer leaves its group and stays away; its process lives on, and is well in the eyes of its probes. */
export const drill: DrillFor = () => ({
  alert: 'ConsumerGroupEmpty',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'leave-group', group: 'notifications', ttlSeconds: 900 }],
  },
  raises: {
    alertname: 'ConsumerGroupEmpty',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
  },
  says: ['ConsumerGroupEmpty', 'consumer group notifications', 'has had no member', 'the limit is 0 members'],
  silent: ['ServiceDown', 'PartitionParked', 'HandlingsFailing', 'HighErrorRate'],
  // A look at the broker each 15 s, the minute, a scrape, an evaluation; `for`; the group wait. A process that an
  // earlier drill has started anew is given a minute first.
  within: {
    pending: 145,
    firing: 177,
    alertmanager: 179,
    webhook: 186,
    message: 186,
    cleared: 45,
    resolved: 65,
  },
  unscaledSeconds: 75,
});
