import { groups } from '@tocsin/contracts';
import type { DrillFor } from '@tocsin/ops';

const { replays } = groups.notifications;

/**
 * Kafka seems to refuse the next row of the outbox. It is a dead letter, made of a record that nobody can read: an
 * event that nobody misses. The repair puts the row back, as the runbook has it.
 */
export const drill: DrillFor = () => ({
  alert: 'OutboxRowSetAside',
  group: 'messaging',
  breaks: [
    { kind: 'faults', service: 'notifications', faults: [{ kind: 'refuse-row', ttlSeconds: 300 }] },
    {
      kind: 'acts',
      does: `a dead letter made of a record in ${replays.name}, and refused`,
      break: ({ publish }) => publish({ topic: replays.name, value: 'no event at all' }),
      async repair({ sql }) {
        await sql(
          'notifications',
          `with back as (delete from outbox_set_aside returning topic, key, value, headers)
           insert into outbox (topic, key, value, headers) select topic, key, value, headers from back`,
        );
      },
    },
  ],
  raises: {
    alertname: 'OutboxRowSetAside',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'notifications',
  },
  says: ['OutboxRowSetAside', '1 events of notifications', 'refuses them for good', 'the limit is 0'],
  silent: ['ServiceDown', 'OutboxStalled', 'HandlingsFailing', 'CrashReported', 'HighErrorRate'],
  // A look of the service, a scrape, an evaluation; a warning's group wait. After the repair it is held for a minute.
  within: { firing: 20, alertmanager: 22, webhook: 57, message: 57, cleared: 80, resolved: 145 },
  unscaledSeconds: 5,
});
