import type { Attributes } from '@opentelemetry/api';
import { startSpan, type WorkSpan } from '../spans.ts';
import { encode, messageId, type Outgoing, type ReceivedRecord, type WireRecord } from './cloud-event.ts';

/**
 * Spans of a record's way, by OpenTelemetry's messaging conventions 1.45 (still in development): it is created in the
 * transaction that causes it, and its header names that span for good. What the relay sends and what a consumer
 * processes hang below it, side by side, each as often as it is tried.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
function startMessageSpan(
  kind: 'PRODUCER' | 'CLIENT' | 'CONSUMER',
  operation: 'create' | 'send' | 'process',
  topic: string,
  parent: string | undefined,
  attributes: Attributes,
): WorkSpan {
  return startSpan(kind, `${operation} ${topic}`, parent, {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
    ...attributes,
  });
}

/** The record of an event that is caused by the work that `parent` names. */
export function createRecord(
  event: Outgoing,
  from: { source: string; time: Date; parent: string | undefined },
): WireRecord {
  const span = startMessageSpan('PRODUCER', 'create', event.topic, from.parent, {
    'cloudevents.event_type': event.type,
  });
  const record = encode(event, { ...from, traceparent: span.traceparent });
  span.end({ attributes: { 'messaging.message.id': record.headers.ce_id ?? '' } });
  return record;
}

/** One try to send a record, with others at once. */
export function startSend({ topic, headers }: WireRecord, together: number): WorkSpan {
  return startMessageSpan('CLIENT', 'send', topic, headers.traceparent, {
    ...(headers.ce_id && { 'messaging.message.id': headers.ce_id }),
    ...(together > 1 && { 'messaging.batch.message_count': together }),
  });
}

/** One try to deal with a record. */
export function startProcess(record: ReceivedRecord, group: string): WorkSpan {
  const { topic, partition, offset, headers } = record;
  return startMessageSpan('CONSUMER', 'process', topic, headers.traceparent, {
    'messaging.consumer.group.name': group,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': Number(offset),
    'messaging.message.id': messageId(record),
    ...(headers.ce_type && { 'cloudevents.event_type': headers.ce_type }),
  });
}
