import * as customers from './customers.ts';
import type { EventDefinition, Topic } from './define.ts';
import { groups } from './groups.ts';
import * as inventory from './inventory.ts';
import * as orders from './orders.ts';
import * as payments from './payments.ts';
import * as shipping from './shipping.ts';

const isEvent = (value: unknown): value is EventDefinition =>
  typeof value === 'object' && value !== null && 'type' in value && 'schema' in value && 'topic' in value;

/** Every event of the platform, in the order of its topics. */
export const events: readonly EventDefinition[] = [customers, orders, inventory, payments, shipping].flatMap(
  (module) => Object.values(module).filter(isEvent),
);

/** Every topic of the platform: those of the events, and two for each consumer group. */
export const topics: readonly Topic[] = [
  ...new Map(events.map(({ topic }) => [topic.name, topic])).values(),
  ...Object.values(groups).flatMap((group) => [group.deadLetters, group.replays]),
];
