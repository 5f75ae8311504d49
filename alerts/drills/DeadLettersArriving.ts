import { groups } from '@tocsin/contracts';
import type { DrillFor } from '@tocsin/ops';

const { replays } = groups.notifications;

/** One record that nobody can read, on the topic that this group alone reads: it is put aside, and nobody misses it. */
export const drill: DrillFor = () => ({
  alert: 'DeadLettersArriving',
  group: 'messaging',
  breaks: {
    kind: 'acts',
    does: `a record that nobody can read published to ${replays.name}`,
    break: ({ publish }) => publish({ topic: replays.name, value: 'no event at all' }),
    // It is among the dead letters, which is where it belongs.
    async repair() {},
  },
  raises: {
    alertname: 'DeadLettersArriving',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
    event_type: 'unknown',
  },
  says: ['DeadLettersArriving', 'consumer group notifications', 'dead letters of 1 events', 'the limit is 0'],
  silent: ['HandlingsFailing', 'PartitionParked', 'ConsumerStalled', 'CrashReported', 'HighErrorRate'],
  // A scrape, an evaluation; a warning's group wait. It leaves the window after five minutes.
  within: { firing: 15, alertmanager: 17, webhook: 52, message: 52, cleared: 320, resolved: 385 },
});
