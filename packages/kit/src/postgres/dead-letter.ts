import { errorType } from '../errors.ts';
import { messageId, type ReceivedRecord, type WireRecord } from '../kafka/cloud-event.ts';

/**
 * The record as it came, key and value byte for byte, with what failed, where, and for which group in headers.
 * It is an outbox row: written in the transaction that marks the record as dead-lettered.
 */
export function deadLetter(
  group: { readonly name: string; readonly deadLetters: { readonly name: string } },
  record: ReceivedRecord,
  error: unknown,
  at: Date,
): WireRecord {
  return {
    topic: group.deadLetters.name,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      dead_letter_id: messageId(record),
      dead_letter_group: group.name,
      dead_letter_topic: record.topic,
      dead_letter_partition: String(record.partition),
      dead_letter_offset: record.offset,
      dead_letter_timestamp: record.timestamp.toISOString(),
      dead_letter_at: at.toISOString(),
      dead_letter_error_type: errorType(error),
      dead_letter_error: error instanceof Error ? describe(error) : String(error),
    },
  };
}

const longestText = 1000;

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, longestText);
}
