export * from './catalogue.ts';
export * from './customers.ts';
export type { ConsumerGroup, DataOf, EventDefinition, Topic } from './define.ts';
export * from './groups.ts';
export * from './inventory.ts';
export * from './orders.ts';
export * from './payments.ts';
export * from './primitives.ts';
export * from './shipping.ts';
