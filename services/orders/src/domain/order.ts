import {
  type CancelReason,
  type groups,
  orderCancelled,
  orderConfirmed,
  orderPlaced,
  orderShipped,
  type PricedLine,
  paymentAuthorized,
  paymentDeclined,
  shipmentDispatched,
  shipmentFailed,
  stockRejected,
} from '@tocsin/contracts';
import type { ReceivedEvent } from '@tocsin/kit';
import {
  happened,
  type NewOrderEvent,
  type OrderEvent,
  type OrderStatus,
  statusAfter,
} from './order-event.ts';

/** An order as its stream tells it. */
export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  /** How many events the stream has. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly lines: readonly PricedLine[];
  readonly totalCents: number;
  readonly currency: 'EUR';
  /** Of a cancelled order. */
  readonly reason?: CancelReason;
  readonly history: readonly { readonly type: OrderEvent['type']; readonly at: string }[];
}

/** The order after a change, and the events that the change adds to its stream. */
export interface Change<State = Order> {
  readonly state: State;
  readonly events: readonly NewOrderEvent[];
}

/** What other services tell of an order. */
export type Fact = ReceivedEvent<(typeof groups.orders.events)[number]>;

/** The order that a stream tells of; undefined for an empty one. */
export function fold(stream: readonly OrderEvent[]): Order | undefined {
  return stream.reduce<Order | undefined>(apply, undefined);
}

export function place(
  orderId: string,
  request: { customerId: string; lines: PricedLine[]; paymentToken: string },
  time: Date,
): Change {
  const totalCents = request.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
  const data = { orderId, version: 1, ...request, totalCents, currency: 'EUR' as const };
  const event = happened(orderPlaced, data, time);
  return { state: apply(undefined, event), events: [event] };
}

/**
 * What a fact does to an order. Facts come in any order and more than once: a dispatch says that the payment was
 * authorized, even where that news is still on its way, and the first end is the end.
 */
export function react(order: Order | undefined, fact: Fact): Change<Order | undefined> {
  if (!order || hasEnded(order)) return { state: order, events: [] };
  switch (fact.type) {
    case paymentAuthorized.type:
      return confirm(order, fact.time);
    case shipmentDispatched.type:
      return ship(confirm(order, fact.time), fact.data.trackingNumber, fact.time);
    case stockRejected.type:
      return cancel(order, 'out_of_stock', fact.time);
    case paymentDeclined.type:
    case shipmentFailed.type:
      return cancel(order, fact.data.reason, fact.time);
  }
}

export const hasEnded = ({ status }: Order): boolean => status === 'shipped' || status === 'cancelled';

function confirm(order: Order, time: Date): Change {
  const unchanged = { state: order, events: [] };
  if (order.status !== 'placed') return unchanged;
  const { orderId, version } = order;
  return add(unchanged, happened(orderConfirmed, { orderId, version: version + 1 }, time));
}

function ship(confirmed: Change, trackingNumber: string, time: Date): Change {
  const { orderId, version, customerId } = confirmed.state;
  const data = { orderId, version: version + 1, customerId, trackingNumber };
  return add(confirmed, happened(orderShipped, data, time));
}

function cancel(order: Order, reason: CancelReason, time: Date): Change {
  const { orderId, version, customerId } = order;
  const data = { orderId, version: version + 1, customerId, reason };
  return add({ state: order, events: [] }, happened(orderCancelled, data, time));
}

const add = ({ state, events }: Change, event: NewOrderEvent): Change => ({
  state: apply(state, event),
  events: [...events, event],
});

function apply(order: Order | undefined, event: OrderEvent): Order {
  const entry = { type: event.type, at: event.time.toISOString() };
  if (event.type === orderPlaced.type) {
    const { paymentToken: _paymentToken, ...details } = event.data;
    return { ...details, status: 'placed', history: [entry] };
  }
  if (!order) throw new Error(`A stream that begins with ${event.type}`);
  return {
    ...order,
    version: event.data.version,
    status: statusAfter[event.type],
    ...(event.type === orderCancelled.type && { reason: event.data.reason }),
    history: [...order.history, entry],
  };
}
