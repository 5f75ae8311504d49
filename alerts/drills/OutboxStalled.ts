import { groups } from '@tocsin/contracts';
import type { DrillFor } from '@tocsin/ops';

const { replays } = groups.notifications;

/**
 * The relay leads and sends nothing. What waits for it is a dead letter, made of a record that nobody can read: an
 * event that nobody misses.
 */
export const drill: DrillFor = () => ({
  alert: 'OutboxStalled',
  group: 'messaging',
  breaks: [
    { kind: 'faults', service: 'notifications', faults: [{ kind: 'relay-stop', ttlSeconds: 600 }] },
    {
      kind: 'acts',
      does: `a dead letter made of a record in ${replays.name}`,
      break: ({ publish }) => publish({ topic: replays.name, value: 'no event at all' }),
      // It is published when the relay goes on.
      async repair() {},
    },
  ],
  raises: {
    alertname: 'OutboxStalled',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
  },
  says: ['OutboxStalled', 'outbox of notifications', 'the limit is 30s'],
  silent: ['ServiceDown', 'KafkaUnreachable', 'PostgresDown', 'OutboxRowSetAside', 'HighErrorRate'],
  // Half a minute, a look of the service, a scrape, an evaluation; `for`; the group wait.
  within: {
    pending: 45,
    firing: 57,
    alertmanager: 59,
    webhook: 66,
    message: 66,
    cleared: 20,
    resolved: 40,
  },
  unscaledSeconds: 35,
});
