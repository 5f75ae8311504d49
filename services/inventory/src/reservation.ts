import {
  type DataOf,
  type groups,
  type OrderLine,
  orderPlaced,
  paymentDeclined,
  paymentRefunded,
  stockRejected,
  stockReleased,
  stockReserved,
} from '@tocsin/contracts';
import { type Outgoing, outgoing, type ReceivedEvent } from '@tocsin/kit';

/** Units of one sku: free to be ordered, and held for orders. */
export interface Level {
  readonly available: number;
  readonly reserved: number;
}

/** Levels by sku. */
export type Stock = Readonly<Record<string, Level>>;

/** What became of an order here. Only what is reserved can still change: it is released, once. */
export interface Reservation {
  readonly orderId: string;
  readonly status: 'reserved' | 'rejected' | 'released';
  readonly lines: readonly OrderLine[];
}

/** What decides about one order: the stock of all, and what became of the order before, if it was heard of. */
export interface State {
  readonly stock: Stock;
  readonly reservation: Reservation | undefined;
}

export interface Decision {
  readonly state: State & { readonly reservation: Reservation };
  readonly events: readonly Outgoing[];
}

export type InventoryEvent = ReceivedEvent<(typeof groups.inventory.events)[number]>;

/**
 * Reserves all lines of an order or none, and gives back what it holds once nobody will pay for it. Units only move
 * between `available` and `reserved`: their sum changes by `POST /stock/:sku` alone. What was shipped stays reserved,
 * for inventory does not hear of shipments.
 */
export function react(state: State, event: InventoryEvent): Decision {
  switch (event.type) {
    case orderPlaced.type:
      return reserve(state, event.data);
    case paymentDeclined.type:
    case paymentRefunded.type:
      return release(state, event.data.orderId);
  }
}

function reserve({ stock, reservation }: State, order: DataOf<typeof orderPlaced>): Decision {
  if (reservation) return { state: { stock, reservation }, events: [] };
  const { orderId } = order;
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const missing = [...unitsBySku(lines)].flatMap(([sku, units]) =>
    (stock[sku]?.available ?? 0) < units ? [sku] : [],
  );
  if (missing.length > 0) {
    return {
      state: { stock, reservation: { orderId, status: 'rejected', lines } },
      events: [outgoing(stockRejected, { orderId, missing })],
    };
  }
  return {
    state: { stock: hold(stock, lines, 1), reservation: { orderId, status: 'reserved', lines } },
    events: [outgoing(stockReserved, { orderId, lines })],
  };
}

function release({ stock, reservation }: State, orderId: string): Decision {
  // The order comes late, and too late: noted, so that nothing is held for it any more.
  const { status, lines } = reservation ?? { status: 'released', lines: [] };
  if (status !== 'reserved') return { state: { stock, reservation: { orderId, status, lines } }, events: [] };
  return {
    state: { stock: hold(stock, lines, -1), reservation: { orderId, status: 'released', lines } },
    events: [outgoing(stockReleased, { orderId, lines: [...lines] })],
  };
}

/** An order may name one sku in several lines. */
function unitsBySku(lines: readonly OrderLine[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}

/** Moves the lines from available to reserved `times` times; -1 moves them back. */
function hold(stock: Stock, lines: readonly OrderLine[], times: 1 | -1): Stock {
  const held: Record<string, Level> = { ...stock };
  for (const [sku, units] of unitsBySku(lines)) {
    const { available, reserved } = stock[sku] ?? { available: 0, reserved: 0 };
    held[sku] = { available: available - times * units, reserved: reserved + times * units };
  }
  return held;
}
