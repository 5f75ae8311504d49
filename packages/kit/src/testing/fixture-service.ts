import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  createHttpClient,
  KitError,
  kafkaConfig,
  notFound,
  type Outbox,
  outgoing,
  postgresConfig,
  route,
  runService,
  unavailable,
} from '../index.ts';
import { testGroup, testTopic } from './backing.ts';
import { countingReactions, effects } from './counting.ts';

/** An event that says so in its text makes its handler fail, with the rest of the text at hand. */
function failAsTold({ data }: { data: unknown }): void {
  const { text } = data as { text: string };
  if (!text.startsWith('fail')) return;
  throw new TypeError('The event failed', { cause: Object.assign(new Error('bad row'), { detail: text }) });
}

/** A service without a business, for tests that need a process: it answers, is slow, fails and dies on request. */
await runService(
  {
    name: 'fixture',
    description: 'Does what tests ask for',
    config: {
      DATABASE_URL: postgresConfig.DATABASE_URL.optional(),
      ...kafkaConfig,
      KAFKA_BROKERS: kafkaConfig.KAFKA_BROKERS.optional(),
      EVENTS_TOPIC: z.string().default('events'),
      GROUP: z.string().default('group'),
      HANDLING_MS: z.coerce.number().default(0),
      NEIGHBOUR_URL: z.url().optional(),
      HANGS_ON_CLOSE: z.stringbool().default(false),
    },
  },
  ({ config, log, metrics, http, postgres, kafka, onClose }) => {
    const database =
      config.DATABASE_URL && postgres(config.DATABASE_URL, new URL('./fixture-migrations/', import.meta.url));
    const { KAFKA_BROKERS, NEIGHBOUR_URL } = config;
    const topic = testTopic(config.EVENTS_TOPIC);
    const group = testGroup(config.GROUP, topic);
    let outbox: Outbox | undefined;
    if (database && KAFKA_BROKERS) {
      const events = kafka({ ...config, KAFKA_BROKERS }, database);
      outbox = events.outbox({ publishes: [topic] });
      events.consume(
        group,
        countingReactions(failAsTold, async () => {
          log.info('handling begins');
          await sleep(config.HANDLING_MS);
        }),
      );
    }
    if (config.HANGS_ON_CLOSE)
      onClose('wait for Godot', () => new Promise(() => setInterval(() => {}, 1000)));
    const later = (work: () => void) => setTimeout(work, 10);

    http([
      route({
        method: 'get',
        path: '/things/:thingId',
        summary: 'A thing',
        params: z.object({ thingId: z.string() }),
        responses: { 200: z.object({ thingId: z.string() }) },
        async handle({ params }) {
          log.info('looked up');
          return { status: 200, body: params };
        },
      }),
      route({
        method: 'get',
        path: '/effects/:key',
        summary: 'How often events of a key took effect',
        params: z.object({ key: z.string() }),
        responses: { 200: z.object({ count: z.number() }) },
        async handle({ params }) {
          if (!database) throw notFound('There is no database');
          return { status: 200, body: { count: (await effects(database))[params.key] ?? 0 } };
        },
      }),
      route({
        method: 'post',
        path: '/effects/:key',
        summary: 'Causes an event, by way of the outbox',
        params: z.object({ key: z.string() }),
        responses: { 202: undefined },
        async handle({ params: { key } }) {
          if (!database || !outbox) throw notFound('There is no database, or no broker');
          const event = outgoing(group.events[0], { key, text: '' });
          await database.transaction(async (transaction) => outbox.append(transaction, [event]));
          return { status: 202 };
        },
      }),
      route({
        method: 'get',
        path: '/neighbours/:thingId',
        summary: "A neighbour's thing",
        params: z.object({ thingId: z.string() }),
        responses: { 200: z.object({ thingId: z.string() }) },
        async handle({ params: { thingId } }) {
          if (!NEIGHBOUR_URL) throw notFound('There is no neighbour');
          const neighbour = createHttpClient({ metrics }, 'neighbour', NEIGHBOUR_URL);
          const answers = { 200: z.object({ thingId: z.string() }) };
          const { body } = await neighbour.call({ path: `/things/${thingId}`, answers });
          return { status: 200, body };
        },
      }),
      route({
        method: 'get',
        path: '/slow',
        summary: 'An answer after some time',
        query: z.object({ ms: z.coerce.number() }),
        responses: { 204: undefined },
        async handle({ query }) {
          log.info('slow request begins');
          await sleep(query.ms);
          return { status: 204 };
        },
      }),
      route({
        method: 'post',
        path: '/purchases',
        summary: 'Fails as the body says, with the rest of the body at hand',
        body: z.object({
          failure: z.enum(['error', 'expected', 'unavailable', 'exception', 'rejection']),
          email: z.string(),
        }),
        responses: { 202: undefined },
        async handle({ body }) {
          const inner = Object.assign(new Error('duplicate key'), { detail: `(email)=(${body.email})` });
          const failure = new Error('The purchase failed', { cause: inner });
          if (body.failure === 'error') throw failure;
          if (body.failure === 'expected') throw new KitError('sold_out', 'Sold out', { status: 409 });
          if (body.failure === 'unavailable') throw unavailable('bank_unavailable', 'No answer', inner);
          if (body.failure === 'rejection') later(() => void Promise.reject(failure));
          if (body.failure === 'exception') {
            later(() => {
              throw failure;
            });
          }
          return { status: 202 };
        },
      }),
    ]);
  },
);
