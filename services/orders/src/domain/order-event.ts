import {
  type DataOf,
  type EventDefinition,
  orderCancelled,
  orderConfirmed,
  orderPlaced,
  orderShipped,
} from '@tocsin/contracts';
import { type Outgoing, outgoing } from '@tocsin/kit';

type Definition = typeof orderPlaced | typeof orderConfirmed | typeof orderShipped | typeof orderCancelled;

type Happened<D extends EventDefinition> = D extends unknown
  ? { readonly type: D['type']; readonly data: DataOf<D>; readonly time: Date }
  : never;

/** One event of an order's stream. It is stored as it is published. */
export type OrderEvent = Happened<Definition>;

/** An event that was just decided: to be stored and published in one transaction. */
export type NewOrderEvent = OrderEvent & Outgoing;

export type OrderStatus = 'placed' | 'confirmed' | 'shipped' | 'cancelled';

/** The status that an order has after each event. */
export const statusAfter: Readonly<Record<OrderEvent['type'], OrderStatus>> = {
  [orderPlaced.type]: 'placed',
  [orderConfirmed.type]: 'confirmed',
  [orderShipped.type]: 'shipped',
  [orderCancelled.type]: 'cancelled',
};

export function happened<D extends Definition>(definition: D, data: DataOf<D>, time: Date) {
  return { ...outgoing(definition, data), type: definition.type as D['type'], data, time };
}
