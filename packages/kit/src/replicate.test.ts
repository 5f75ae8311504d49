import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { createHealth } from './admin/health.ts';
import { createTopics } from './kafka/admin.ts';
import { brief, createKafka } from './kafka/client.ts';
import { encode, outgoing } from './kafka/cloud-event.ts';
import { createProducer } from './kafka/producer.ts';
import { createServiceData } from './service-data.ts';
import {
  cleanup,
  createTestDatabase,
  testBrokers,
  testDeps,
  testTopic,
  uniqueName,
  until,
} from './testing/backing.ts';

test('a copy whose topic was made anew is read from its beginning', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  const options = { brokers: testBrokers(), clientId: 'test' };
  const topic = { ...testTopic(uniqueName('things')), compacted: true };
  const definition = {
    type: 'thing.state.v1',
    topic,
    key: 'key',
    schema: z.object({ key: z.string(), version: z.int() }),
  } as const;
  const group = { ...definition, name: uniqueName('copy'), events: [definition] as const };
  const applied: string[] = [];

  const live = async (work: () => Promise<void>) => {
    const health = createHealth(deps.metrics);
    const data = createServiceData({ ...deps, health, die: (error) => assert.fail(error as Error) }, 'test');
    data.parts
      .kafka({ KAFKA_BROKERS: options.brokers, KAFKA_TLS: false, KAFKA_SASL_MECHANISM: 'plain' }, database)
      .replicate(
        { ...group, deadLetters: { name: 'none' }, replays: { name: 'none' } },
        {
          definition,
          async apply(_transaction, states) {
            applied.push(...states.map(({ key }) => key));
            return [];
          },
        },
      );
    const stopping = new AbortController();
    await data.start(stopping.signal);
    try {
      await work();
    } finally {
      stopping.abort();
      for (const { run } of [...data.stopConsuming, ...data.stopPublishing]) await run();
    }
  };
  const send = async (...keys: string[]) => {
    const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
    const context = { source: 'test', time: new Date(), traceparent: '' };
    await producer.send(keys.map((key) => encode(outgoing(definition, { key, version: 1 }), context)));
    await producer.close();
  };
  const copied = (...keys: string[]) =>
    until(
      'the states',
      () => keys.every((key) => applied.includes(key)),
      20_000,
      () => applied,
    );

  await createTopics(deps, options, [topic]);
  await send('a', 'b', 'c');
  await live(() => copied('a', 'b', 'c').then(() => {}));

  const admin = createKafka(deps, options, brief).admin();
  clean.defer(() => admin.disconnect());
  await admin.connect();
  await admin.deleteTopics({ topics: [topic.name] });
  await until('a topic that is gone', async () => !(await admin.listTopics()).includes(topic.name));
  await createTopics(deps, options, [topic]);
  await send('d');
  await live(async () => {
    await copied('d');
    await send('e');
    await copied('e');
  });
  assert.deepEqual([...new Set(applied)], ['a', 'b', 'c', 'd', 'e']);
});
