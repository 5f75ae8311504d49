import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { cleanup, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { createBatchConsumer } from './batch-consumer.ts';
import { brief, createKafka } from './client.ts';
import { encode, outgoing } from './cloud-event.ts';
import { createProducer } from './producer.ts';

/** A request's number in Kafka's protocol. */
const findCoordinator = 10;

test('a connection that is lost while the coordinator is asked for ends no consumer', async (t) => {
  const world = await createWorld(t);
  const { handled, fatal, coordinator, join, send } = world;
  const cutAgain = async () => {
    const before = coordinator.cuts;
    await until('three cut connections', () => coordinator.cuts > before + 2 || fatal.length > 0);
    assert.deepEqual(fatal, []);
  };

  coordinator.cutting = true;
  const first = join();
  await cutAgain();
  coordinator.cutting = false;
  await first.joined;
  await send('a', 'b', 'c');
  await until('the first records', () => handled.length === 3);

  // One that joins makes the other join again.
  const second = join();
  await second.joined;
  coordinator.cutting = true;
  const third = join();
  await cutAgain();
  coordinator.cutting = false;
  await third.joined;
  await send('d', 'e', 'f', 'g');
  await until('the others', () => handled.length === 7);
  assert.deepEqual(handled.sort(), ['a', 'b', 'c', 'd', 'e', 'f', 'g']);

  coordinator.cutting = true;
  const fourth = join();
  await cutAgain();
  await Promise.all([first, second, third, fourth].map(({ stop }) => stop()));
  const cutsAtStop = coordinator.cuts;
  const quietUntil = Date.now() + 6000;
  await until('no further life', () => {
    assert.equal(coordinator.cuts, cutsAtStop);
    return Date.now() > quietUntil;
  });
});

test('records that kafkajs cannot read end the consumer at once, and it says of what', async (t) => {
  const { deps, clean, fatal, join, topics, options } = await createWorld(t);
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const unsupported = CompressionCodecs[CompressionTypes.ZSTD];
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
  });
  const producer = createKafka(deps, options, brief).producer();
  clean.defer(() => producer.disconnect());
  await producer.connect();
  await producer.send({
    topic: topics.events.name,
    compression: CompressionTypes.ZSTD,
    messages: [{ value: 'x' }],
  });
  CompressionCodecs[CompressionTypes.ZSTD] = unsupported;

  void join();
  assert.match(String(await until('an end for good', () => fatal[0])), /KafkaJSNotImplemented.*ZSTD/i);
  assert.match(
    await deps.metrics.registry.getSingleMetricAsString('messaging_consumer_crashes_total'),
    /restart="false"\} 1/,
  );
});

async function createWorld(t: TestContext) {
  const deps = testDeps();
  const clean = cleanup(t);
  const topics = await createTestTopics(deps, { partitions: 3 });
  const options = { brokers: topics.brokers, clientId: 'test' };
  const coordinator = watchCoordinator(clean);
  const handled: string[] = [];
  const fatal: unknown[] = [];
  const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
  clean.defer(() => producer.close());
  return {
    deps,
    clean,
    topics,
    options,
    coordinator,
    handled,
    fatal,
    join() {
      const consumer = createBatchConsumer(deps, {
        ...options,
        group: topics.group.name,
        topics: [topics.events.name],
        async handle({ records, done }) {
          for (const record of records) {
            handled.push(record.key?.toString() ?? '');
            done(record);
          }
        },
        onFatal: (error) => void fatal.push(error),
      });
      clean.defer(() => consumer.stop());
      return { joined: consumer.start(), stop: () => consumer.stop() };
    },
    async send(...keys: string[]) {
      const context = { source: 'test', time: new Date(), traceparent: '' };
      await producer.send(keys.map((key) => encode(outgoing(topics.happened, { key, text: '' }), context)));
    },
  };
}

/** Resets each connection of this process that asks for a group's coordinator, while `cutting`. */
function watchCoordinator(clean: AsyncDisposableStack) {
  const state = { cutting: false, cuts: 0 };
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Not before: connecting puts the original back.
    socket.once('connect', () => {
      const write = socket.write.bind(socket);
      socket.write = (data: Buffer, ...rest: []) => {
        if (!state.cutting || data.readInt16BE(4) !== findCoordinator) return write(data, ...rest);
        state.cuts += 1;
        socket.destroy(new Error('connection reset'));
        return false;
      };
    });
  };
  subscribe('net.client.socket', watch);
  clean.defer(() => void unsubscribe('net.client.socket', watch));
  return state;
}
