import type { ReceivedRecord } from '../kafka/cloud-event.ts';
import { ageBuckets, type Metrics } from '../metrics.ts';

export type Outcome = 'handled' | 'duplicate' | 'dead_lettered';

export interface InboxMetrics {
  ended(record: ReceivedRecord, eventType: string, outcome: Outcome, now: Date): void;
  /** One try of one record failed. */
  failed(eventType: string, errorType: string): void;
}

export function createInboxMetrics(
  metrics: Metrics,
  group: { name: string; events: readonly { type: string; topic: { name: string } }[] },
): InboxMetrics {
  const consumed = metrics.counter(
    'messaging_client_consumed_messages_total',
    'Records dealt with, by what became of them.',
    ['messaging_consumer_group_name', 'messaging_destination_name', 'event_type', 'outcome'],
  );
  const failures = metrics.counter(
    'messaging_handling_failures_total',
    'Tries to handle a record that failed by the record or the code, not by a lost connection.',
    ['messaging_consumer_group_name', 'event_type', 'error_type'],
  );
  const age = metrics.histogram(
    'messaging_record_age_seconds',
    'Age of a record when it was handled, in seconds.',
    ['messaging_consumer_group_name', 'messaging_destination_name'],
    ageBuckets,
  );
  const messaging_consumer_group_name = group.name;
  for (const { type, topic } of group.events) {
    for (const outcome of ['handled', 'duplicate', 'dead_lettered'] as const) {
      const labels = {
        messaging_consumer_group_name,
        messaging_destination_name: topic.name,
        event_type: type,
        outcome,
      };
      consumed.inc(labels, 0);
    }
    failures.inc({ messaging_consumer_group_name, event_type: type, error_type: 'fault_injected' }, 0);
    age.zero({ messaging_consumer_group_name, messaging_destination_name: topic.name });
  }

  return {
    ended(record, event_type, outcome, now) {
      const messaging_destination_name = record.topic;
      consumed.inc({ messaging_consumer_group_name, messaging_destination_name, event_type, outcome });
      const seconds = Math.max(0, (now.getTime() - record.timestamp.getTime()) / 1000);
      age.observe({ messaging_consumer_group_name, messaging_destination_name }, seconds);
    },
    failed: (event_type, error_type) =>
      failures.inc({ messaging_consumer_group_name, event_type, error_type }),
  };
}
