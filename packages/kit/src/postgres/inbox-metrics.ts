import { closedErrorType, closedErrorTypes } from '../errors.ts';
import type { ReceivedRecord } from '../kafka/cloud-event.ts';
import { ageBuckets, type Metrics } from '../metrics.ts';

export type Outcome = 'handled' | 'duplicate' | 'dead_lettered' | 'passed_over';

export interface InboxMetrics {
  ended(record: ReceivedRecord, eventType: string, outcome: Outcome, now: Date): void;
  /** One try of one record failed. */
  failed(eventType: string, error: unknown): void;
}

/** The type of an event that cannot be read. */
export const unknownType = 'unknown';

/**
 * What a group makes of its records. Each series begins at zero: that of the first failure too, or nobody would see it
 * in a rate.
 */
export function createInboxMetrics(
  metrics: Metrics,
  group: {
    readonly name: string;
    readonly events: readonly { readonly type: string; readonly topic: { readonly name: string } }[];
    readonly replays?: { readonly name: string };
  },
  outcomes: readonly Outcome[],
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
  const { replays } = group;
  const places = [
    ...group.events.map(({ type, topic }) => [topic.name, type] as const),
    ...new Set(group.events.map(({ topic }) => topic.name))
      .values()
      .map((topic) => [topic, unknownType] as const),
    ...(replays
      ? [...group.events.map(({ type }) => type), unknownType].map((type) => [replays.name, type] as const)
      : []),
  ];
  for (const [messaging_destination_name, event_type] of places) {
    for (const outcome of outcomes) {
      consumed.inc({ messaging_consumer_group_name, messaging_destination_name, event_type, outcome }, 0);
    }
    age.zero({ messaging_consumer_group_name, messaging_destination_name });
  }
  for (const event_type of [...group.events.map(({ type }) => type), unknownType]) {
    for (const error_type of closedErrorTypes) {
      failures.inc({ messaging_consumer_group_name, event_type, error_type }, 0);
    }
  }

  return {
    ended(record, event_type, outcome, now) {
      const messaging_destination_name = record.topic;
      consumed.inc({ messaging_consumer_group_name, messaging_destination_name, event_type, outcome });
      const seconds = Math.max(0, (now.getTime() - record.timestamp.getTime()) / 1000);
      age.observe({ messaging_consumer_group_name, messaging_destination_name }, seconds);
    },
    failed: (event_type, error) =>
      failures.inc({ messaging_consumer_group_name, event_type, error_type: closedErrorType(error) }),
  };
}
