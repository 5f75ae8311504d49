import type { KafkaMessage } from 'kafkajs';
import type { ReceivedRecord } from './cloud-event.ts';

/** A kafkajs message with its place, and its headers as text; of a header that is repeated, the last. */
export function received(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last === undefined ? [] : [[name, last.toString()] as const];
  });
  return {
    topic,
    partition,
    offset: message.offset,
    timestamp: new Date(Number(message.timestamp)),
    key: message.key,
    value: message.value,
    headers: Object.fromEntries(headers),
  };
}
