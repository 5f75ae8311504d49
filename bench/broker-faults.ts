/**
 * What the kit's producer and consumer feel of each fault of a broker: one record every 10 ms, acknowledged by all
 * replicas in sync, and a group that reads them.
 *
 *     node bench/broker-faults.ts [brokers: 1 or 3]
 *
 * Prints a line for each fault: sends that were refused, the longest send, seconds from the repair until a record was
 * handled again, records handled twice, crashes of the consumer, acknowledged records that were lost.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningParts, startParts } from '@tocsin/ops';
import { createBatchConsumer } from '../packages/kit/src/kafka/batch-consumer.ts';
import { encode, outgoing } from '../packages/kit/src/kafka/cloud-event.ts';
import { createProducer } from '../packages/kit/src/kafka/producer.ts';
import { createTestTopics, testDeps, until } from '../packages/kit/src/testing/backing.ts';

const names = ['kafka', 'kafka-2', 'kafka-3'];

interface Fault {
  readonly name: string;
  readonly brokers: readonly string[];
  readonly seconds: number;
  readonly by: 'kill' | 'stop' | 'freeze';
}

const alone: Fault[] = [
  { name: 'killed', brokers: ['kafka'], seconds: 0, by: 'kill' },
  { name: 'stopped for 15 s', brokers: ['kafka'], seconds: 15, by: 'stop' },
  { name: 'frozen for 20 s', brokers: ['kafka'], seconds: 20, by: 'freeze' },
  { name: 'frozen for 45 s', brokers: ['kafka'], seconds: 45, by: 'freeze' },
];

const amongThree: Fault[] = [
  ...names.map((name) => ({ name: `${name} killed`, brokers: [name], seconds: 0, by: 'kill' }) as const),
  { name: 'kafka-2 stopped for 15 s', brokers: ['kafka-2'], seconds: 15, by: 'stop' },
  { name: 'kafka-2 frozen for 20 s', brokers: ['kafka-2'], seconds: 20, by: 'freeze' },
  { name: 'kafka-2 frozen for 45 s', brokers: ['kafka-2'], seconds: 45, by: 'freeze' },
  { name: 'two stopped for 15 s', brokers: ['kafka-2', 'kafka-3'], seconds: 15, by: 'stop' },
  { name: 'all killed', brokers: names, seconds: 0, by: 'kill' },
];

const brokers = process.argv[2] === '3' ? 3 : 1;
const parts = names.slice(0, brokers);
const deps = testDeps();
const stack = await startParts({ root: path.resolve(import.meta.dirname, '..'), parts, brokers });
try {
  console.log(
    '| Fault | refused | longest send, s | handled again after, s | twice | crashes | lost |\n|---|---|---|---|---|---|---|',
  );
  for (const fault of brokers === 3 ? amongThree : alone) await measure(stack, fault);
} finally {
  await stack.stop();
}
process.exit(0);

async function measure(parts: RunningParts, fault: Fault): Promise<void> {
  const options = { brokers: parts.env.KAFKA_BROKERS?.split(',') ?? [], clientId: 'bench' };
  const topics = await createTestTopics(deps, { brokers: options.brokers, partitions: 3 });
  const handled: { key: string; at: number }[] = [];
  const crashesBefore = await crashes();
  const consumer = createBatchConsumer(deps, {
    ...options,
    group: topics.group.name,
    topics: [topics.events.name],
    async handle({ records, done }) {
      for (const record of records) {
        handled.push({ key: String(record.key), at: performance.now() });
        done(record);
      }
    },
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();

  const producer = createProducer(deps, { ...options, sendBudgetMs: 60_000 });
  const acknowledged: string[] = [];
  let refused = 0;
  let longestMs = 0;
  let sending = true;
  const sender = (async () => {
    for (let index = 0; sending; index += 1) {
      const key = `k${index}`;
      const sentAt = performance.now();
      const event = encode(outgoing(topics.happened, { key, text: '' }), {
        source: 'bench',
        time: new Date(),
        traceparent: '',
      });
      await producer.send([event]).then(
        () => void acknowledged.push(key),
        () => {
          refused += 1;
        },
      );
      longestMs = Math.max(longestMs, performance.now() - sentAt);
      await sleep(10);
    }
  })();

  await sleep(3000);
  longestMs = 0;
  await inflict(parts, fault);
  const repairedAt = performance.now();
  const again = await until(
    'a record handled again',
    () => handled.find(({ at }) => at > repairedAt),
    120_000,
  );
  await sleep(3000);
  sending = false;
  await sender;
  const keys = () => new Set(handled.map(({ key }) => key));
  const lost = () => acknowledged.filter((key) => !keys().has(key)).length;
  await until('all that was acknowledged', () => lost() === 0, 30_000).catch(() => undefined);
  const cells = [
    fault.name,
    refused,
    (longestMs / 1000).toFixed(1),
    ((again.at - repairedAt) / 1000).toFixed(2),
    handled.length - keys().size,
    (await crashes()) - crashesBefore,
    lost(),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  await producer.close();
  await consumer.stop();
}

/** Returns when all brokers answer again. */
async function inflict(parts: RunningParts, { brokers, seconds, by }: Fault): Promise<void> {
  const restarts = brokers.map((name) => parts.restarts(name));
  for (const name of brokers) {
    if (by === 'kill') parts.kill(name, 'SIGKILL');
    else if (by === 'stop') await parts.hold(name);
    else await parts.freeze(name);
  }
  await sleep(seconds * 1000);
  for (const [index, name] of brokers.entries()) {
    if (by === 'kill') await until('a restart', () => parts.restarts(name) > (restarts[index] ?? 0));
    else if (by === 'stop') parts.release(name);
    else await parts.thaw(name);
  }
  for (const name of brokers) await parts.ready(name, 120_000);
}

async function crashes(): Promise<number> {
  const metric = await deps.metrics.registry.getMetricsAsJSON();
  const counter = metric.find(({ name }) => name === 'messaging_consumer_crashes_total');
  return counter?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
}
