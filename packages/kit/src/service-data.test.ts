import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createKafka, patient } from './kafka/client.ts';
import { encode, outgoing } from './kafka/cloud-event.ts';
import { createProducer } from './kafka/producer.ts';
import { cleanup, createTestDatabase, createTestTopics, testDeps, until } from './testing/backing.ts';
import { effects } from './testing/counting.ts';
import { startFakeIngest } from './testing/fake-ingest.ts';
import { startServiceProcess } from './testing/service-process.ts';

const fixture = new URL('./testing/fixture-service.ts', import.meta.url);
const traceId = '0af7651916cd43dd8448eb211c80319c';

async function world(t: TestContext) {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database, url } = await createTestDatabase(deps, clean);
  const topics = await createTestTopics(deps, { partitions: 3 });
  const options = { brokers: topics.brokers, clientId: 'test' };
  const producer = createProducer(deps, { ...options, sendBudgetMs: 20_000 });
  clean.defer(() => producer.close());
  const admin = createKafka(deps, options, patient).admin();
  await admin.connect();
  clean.defer(() => admin.disconnect());
  const [events, group] = [topics.events.name, topics.group.name];
  return {
    events,
    start: (environment: Record<string, string> = {}) =>
      startServiceProcess(clean, fixture, {
        DATABASE_URL: url,
        KAFKA_BROKERS: topics.brokers.join(','),
        EVENTS_TOPIC: events,
        GROUP: group,
        ...environment,
      }),
    send: (keys: readonly string[], text = '') =>
      producer.send(
        keys.map((key) =>
          encode(outgoing(topics.happened, { key, text }), {
            source: 'test',
            time: new Date(),
            traceparent: `00-${traceId}-b7ad6b7169203331-01`,
          }),
        ),
      ),
    counts: () => effects(database),
    async groupNow() {
      const { groups } = await admin.describeGroups([group]);
      const offsets = await admin.fetchOffsets({ groupId: group, topics: [events] });
      const handled = offsets
        .flatMap(({ partitions }) => partitions)
        .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      return { state: groups[0]?.state, members: groups[0]?.members.length, handled };
    },
  };
}

const begun = ({ lines }: { lines: readonly Readonly<Record<string, unknown>>[] }) =>
  lines.filter(({ message }) => message === 'handling begins').length;

test('SIGTERM in the middle of a batch: it is finished and committed, and the group is left before the end', async (t) => {
  const { start, send, counts, groupNow } = await world(t);
  const first = await start({ HANDLING_MS: '1500' });
  await send(['a']);
  await until('a batch under way', () => begun(first) === 1);
  assert.deepEqual((await groupNow()).handled, 0);
  assert.equal((await first.kill('SIGTERM')).code, 0);
  assert.ok(!first.lines.some(({ message }) => message === 'shutdown step abandoned'));
  assert.deepEqual(await counts(), { a: 1 });
  // Asked right after the end: a member that had not left would be there until its session times out.
  assert.deepEqual(await groupNow(), { state: 'Empty', members: 0, handled: 1 });

  const second = await start();
  await send(['b']);
  await until('the next record', async () => (await counts()).b);
  assert.deepEqual(await counts(), { a: 1, b: 1 });
  assert.equal(begun(second), 1, 'what the first has handled does not come again');
});

test('a deployment of consumers under way: one comes, one goes, and every record is handled once', async (t) => {
  const { start, send, counts, groupNow } = await world(t);
  const leaving = await start({ HANDLING_MS: '20' });
  const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
  const sending = (async () => {
    for (let from = 0; from < keys.length; from += 10) await send(keys.slice(from, from + 10));
  })();
  await until('work', () => begun(leaving) > 3);
  const coming = await start({ HANDLING_MS: '20' });
  assert.equal((await leaving.kill('SIGTERM')).code, 0);
  await sending;
  await until('all of them', async () => Object.keys(await counts()).length === keys.length, 30_000);
  await until('their commit', async () => (await groupNow()).handled === keys.length);
  assert.deepEqual(new Set(Object.values(await counts())), new Set([1]));
  assert.equal((await groupNow()).members, 1);
  assert.equal((await coming.kill('SIGTERM')).code, 0);
});

test('an error in a consumer is reported with its event type and trace, and nothing of the event', async (t) => {
  const { start, send, counts } = await world(t);
  const ingest = await startFakeIngest(cleanup(t));
  const service = await start({ SENTRY_DSN: ingest.dsn, SENTRY_ENVIRONMENT: 'test', RELEASE: '1.2.3' });
  await send(['bad-key-of-ada'], 'fail with ada@example.org');
  await send(['good']);
  await until('the others', async () => (await counts()).good);
  const crash = await until('the report', () => ingest.crashes[0]);
  assert.partialDeepStrictEqual(crash, {
    release: '1.2.3',
    environment: 'test',
    tags: { service: 'fixture', event_type: 'thing.happened.v1', trace_id: traceId },
  });
  assert.deepEqual(
    crash.exception.values.map(({ type, value }) => [type, value]),
    [
      ['Error', 'bad row'],
      ['TypeError', 'The event failed'],
    ],
  );
  assert.equal((await service.kill('SIGTERM')).code, 0);
  assert.equal(ingest.crashes.length, 1, 'once for the record, not for each try');
  for (const text of [ingest.raw(), JSON.stringify(service.lines), service.errors()]) {
    assert.ok(!/ada/.test(text), text);
  }
});
