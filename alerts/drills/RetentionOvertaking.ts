import { groups } from '@tocsin/contracts';
import type { DrillFor } from '@tocsin/ops';

const { replays } = groups.notifications;
const hourMs = 3_600_000;

/**
 * The consumer handles nothing, and an event has waited for all but seven hours of the two weeks that its topic keeps
 * it: one of a type that the group passes over when it goes on.
 */
export const drill: DrillFor = () => ({
  alert: 'RetentionOvertaking',
  group: 'messaging',
  breaks: [
    {
      kind: 'faults',
      service: 'notifications',
      faults: [{ kind: 'consumer-stop', group: 'notifications', ttlSeconds: 1200 }],
    },
    {
      kind: 'acts',
      does: `${replays.name} emptied, and a record published there as if almost two weeks ago`,
      async break({ emptyTopic, publish }) {
        await emptyTopic(replays.name);
        await publish({
          topic: replays.name,
          value: '{}',
          headers: {
            ce_specversion: '1.0',
            ce_id: crypto.randomUUID(),
            ce_source: '/tocsin/drill',
            ce_type: 'drill.waited.v1',
            ce_time: new Date().toISOString(),
            'content-type': 'application/json',
          },
          publishedAt: new Date(Date.now() - replays.retentionMs + 7 * hourMs),
        });
      },
      // The group passes over it.
      async repair() {},
    },
  ],
  raises: {
    alertname: 'RetentionOvertaking',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
    messaging_destination_name: replays.name,
  },
  says: ['RetentionOvertaking', replays.name, 'retention deletes', 'the limit is 1d'],
  silent: ['ServiceDown', 'PartitionParked', 'HandlingsFailing', 'DeadLettersArriving', 'HighErrorRate'],
  // A look at the broker each 15 s, five minutes in which each finds it, a scrape, an evaluation; `for`; the group wait.
  within: {
    pending: 335,
    firing: 347,
    alertmanager: 349,
    webhook: 356,
    message: 356,
    cleared: 35,
    resolved: 55,
  },
  unscaledSeconds: 25,
});
