import { type Producer as KafkaProducer, Partitioners, type TopicMessages } from 'kafkajs';
import { KitError, unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { durationBuckets, type Metrics } from '../metrics.ts';
import { withinBudget } from '../within-budget.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';
import type { WireRecord } from './cloud-event.ts';

export interface Producer {
  /**
   * Sends all records and resolves when the broker has all of them, on all replicas in sync. One call at a time.
   * @throws {KitError} `kafka_unavailable` (transient) when it is not known whether they arrived: send the same again;
   * `kafka_refused` when the broker will never take one of them.
   */
  send(records: readonly WireRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Error types of the protocol that are about the record, not about the moment. */
const refused = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
]);

/**
 * An idempotent producer with one send under way, replaced after any error: kafkajs cannot go on after a failed
 * sequence number, and does not settle a send whose connection it lost for good.
 * https://github.com/tulios/kafkajs/issues/598
 */
export function createProducer(
  deps: { log: Log; metrics: Metrics },
  options: KafkaOptions & { sendBudgetMs: number },
): Producer {
  const duration = deps.metrics.histogram(
    'messaging_client_operation_duration_seconds',
    'Time that a send to Kafka took, in seconds.',
    ['messaging_operation_name', 'error_type'],
    durationBuckets,
  );
  for (const error_type of ['', 'kafka_unavailable', 'kafka_refused']) {
    duration.zero({ messaging_operation_name: 'send', error_type });
  }
  const sent = sentMessages(deps.metrics);
  let current: KafkaProducer | undefined;

  const connected = async () => {
    current ??= createKafka(deps, options, brief).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await current.connect();
    return current;
  };
  const replace = () => {
    // Not awaited: disconnecting from a dead broker can hang, and nobody needs the old one.
    void current?.disconnect().catch(() => {});
    current = undefined;
  };

  return {
    async send(records) {
      const startedAt = performance.now();
      const observe = (error: string) =>
        duration.observe(
          { messaging_operation_name: 'send', error_type: error },
          (performance.now() - startedAt) / 1000,
        );
      try {
        const topicMessages = byTopic(records);
        await withinBudget(
          'The send',
          options.sendBudgetMs,
          connected().then((producer) => producer.sendBatch({ acks: -1, topicMessages })),
        );
        observe('');
        for (const { topic, messages } of topicMessages) {
          sent.inc({ messaging_destination_name: topic }, messages.length);
        }
      } catch (error) {
        replace();
        const failure = translate(error);
        observe(failure.code);
        throw failure;
      }
    },
    async close() {
      await current?.disconnect();
      current = undefined;
    },
  };
}

/** Topics to which nothing was sent yet. */
export function zeroSent(metrics: Metrics, topics: readonly string[]): void {
  for (const topic of topics) sentMessages(metrics).inc({ messaging_destination_name: topic }, 0);
}

const sentMessages = (metrics: Metrics) =>
  metrics.counter('messaging_client_sent_messages_total', 'Records that Kafka has acknowledged.', [
    'messaging_destination_name',
  ]);

function byTopic(records: readonly WireRecord[]): TopicMessages[] {
  const groups = Map.groupBy(records, ({ topic }) => topic);
  return [...groups].map(([topic, group]) => ({
    topic,
    messages: group.map(({ key, value, headers, publishedAt }) => ({
      key,
      value,
      headers: { ...headers },
      ...(publishedAt && { timestamp: String(publishedAt.getTime()) }),
    })),
  }));
}

function translate(error: unknown): KitError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string' && refused.has(cause.type)) {
      return new KitError('kafka_refused', `Kafka refuses the record: ${cause.type}`, { cause: error });
    }
  }
  return unavailable('kafka_unavailable', 'Kafka did not acknowledge', error);
}
