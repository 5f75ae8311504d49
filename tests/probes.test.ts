import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { startParts } from '@tocsin/ops';
import { encode, outgoing } from '../packages/kit/src/kafka/cloud-event.ts';
import { createProducer } from '../packages/kit/src/kafka/producer.ts';
import { cleanup, createTestTopics, testDeps, until } from '../packages/kit/src/testing/backing.ts';
import { spawnService } from '../packages/kit/src/testing/service-process.ts';

const fixture = new URL('../packages/kit/src/testing/fixture-service.ts', import.meta.url);

test('a dead broker and a dead database fail no probe, at start-up or later, and need no restart', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const stack = await startParts({
    root: path.resolve(import.meta.dirname, '..'),
    parts: ['kafka', 'postgres'],
  });
  clean.defer(() => stack.stop());
  const brokers = [stack.env.KAFKA_BROKERS ?? ''];
  const topics = await createTestTopics(deps, { brokers });
  const fail = () => Promise.all([stack.hold('kafka'), stack.hold('postgres')]);
  const repair = async () => {
    for (const part of ['kafka', 'postgres']) stack.release(part);
    await Promise.all([stack.ready('kafka'), stack.ready('postgres')]);
  };
  const handle = async (key: string) => {
    const producer = createProducer(deps, { brokers, clientId: 'test', sendBudgetMs: 20_000 });
    const event = outgoing(topics.happened, { key, text: '' });
    await producer.send([encode(event, { source: 'test', time: new Date(), traceparent: '' })]);
    await producer.close();
    await until(`an effect of ${key}`, async () => {
      const { count } = (await (await fetch(`${url}/effects/${key}`)).json()) as { count?: number };
      return count === 1;
    });
  };

  await fail();
  const service = spawnService(clean, fixture, {
    DATABASE_URL: stack.env.POSTGRES_URL ?? '',
    KAFKA_BROKERS: brokers.join(','),
    EVENTS_TOPIC: topics.events.name,
    GROUP: topics.group.name,
  });
  const { url, adminUrl } = await service.listening();
  const probe = async (name: string) => (await fetch(`${adminUrl}/${name}`)).status;
  const probes = () => Promise.all(['livez', 'startupz', 'readyz'].map(probe));
  const said = (message: string) => service.lines.filter((line) => line.message === message).length;

  await until(
    'tries in vain',
    () => said('migrations failed, trying again') > 0 && said('kafka does not answer') > 0,
  );
  // Not ready yet, as it has never been; nothing that a restart would follow from.
  assert.deepEqual(await probes(), [200, 200, 503]);
  await repair();
  await until('readiness', async () => (await probe('readyz')) === 200, 60_000);
  await handle('before');
  await until('word that it is over', () => said('kafka answers') > 0);

  const toldBefore = said('kafka does not answer');
  await fail();
  await until('word of the outage', () => said('kafka does not answer') > toldBefore);
  const startedAt = performance.now();
  const answer = await fetch(`${url}/effects/before`);
  assert.equal(answer.status, 503);
  assert.ok(answer.headers.has('retry-after'));
  assert.ok(performance.now() - startedAt < 5000, 'a caller is told soon');
  assert.deepEqual(await probes(), [200, 200, 200]);
  await repair();
  await handle('after');
  assert.deepEqual(await probes(), [200, 200, 200]);

  await fail();
  service.signal('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.equal(said('ready'), 1);
});
