import {
  type DataOf,
  type groups,
  orderCancelled,
  orderPlaced,
  paymentAuthorized,
  paymentDeclined,
  paymentRefunded,
  stockReserved,
} from '@tocsin/contracts';
import { type Outgoing, outgoing, type ReceivedEvent } from '@tocsin/kit';

type Authorized = DataOf<typeof paymentAuthorized>;

/** What an order costs, and who pays how. */
export interface Order extends Pick<Authorized, 'customerId' | 'lines' | 'amountCents' | 'currency'> {
  readonly token: string;
}

export const chargeStatuses = [
  'waiting',
  'pending',
  'authorized',
  'declined',
  'voiding',
  'voided',
  'refunding',
  'refunded',
] as const;

/**
 * The payment of one order.
 *
 *     waiting ──▶ pending ──▶ authorized ──▶ refunding ──▶ refunded
 *        │           ├──────▶ declined           ▲
 *        │           └──────▶ voiding ───────────┘ (the bank had charged it)
 *        └──────────────────────┴──────▶ voided    (nothing was charged, nothing ever will be)
 *
 * `pending`, `voiding` and `refunding` each stand for one question to the bank.
 */
export interface Charge {
  readonly orderId: string;
  readonly status: (typeof chargeStatuses)[number];
  /** One half of what it takes to charge: the stock is there. */
  readonly reserved: boolean;
  /** The other half. */
  readonly order?: Order;
  /** The bank's name for it, once the bank has charged. */
  readonly chargeId?: string;
  /** Why it was declined. */
  readonly reason?: DeclineReason;
}

type DeclineReason = DataOf<typeof paymentDeclined>['reason'];

/** A charge, and what the others are told. The charge is the very same object where nothing has changed. */
export interface Decision {
  readonly state: Charge;
  readonly events: readonly Outgoing[];
}

export type PaymentsEvent = ReceivedEvent<(typeof groups.payments.events)[number]>;

/** What the bank has said: of a charge that it made, of one that it will not make, of one that it gave back. */
export type BankAnswer =
  | { readonly status: 'authorized'; readonly chargeId: string }
  | { readonly status: 'declined' | 'void' | 'refunded' };

/** A question to the bank. Asking it twice is asking it once. */
export type BankCall =
  | ({ readonly kind: 'charge'; readonly key: string } & Pick<Order, 'amountCents' | 'currency' | 'token'>)
  | { readonly kind: 'void'; readonly key: string }
  | { readonly kind: 'refund'; readonly chargeId: string };

/** Takes in a fact of the saga. Facts come in any order, and more than once. */
export function react(before: Charge | undefined, event: PaymentsEvent): Decision {
  const charge = before ?? { orderId: event.data.orderId, status: 'waiting', reserved: false };
  switch (event.type) {
    case orderPlaced.type:
      return charge.order ? silent(charge) : silent(proceed({ ...charge, order: orderOf(event.data) }));
    case stockReserved.type:
      return charge.reserved ? silent(charge) : reserve({ ...charge, reserved: true });
    case orderCancelled.type:
      return cancel(charge);
  }
}

/** Takes in what the bank has said. What it says of a question that no longer stands changes nothing. */
export function settle(charge: Charge, answer: BankAnswer): Decision {
  switch (charge.status) {
    case 'pending':
      if (answer.status === 'authorized') return authorize(charge, answer.chargeId);
      if (answer.status === 'declined') return decline(charge, 'payment_declined');
      if (answer.status === 'void') return decline(charge, 'party_unavailable');
      return silent(charge);
    case 'voiding':
      if (answer.status !== 'authorized') return leaveUncharged(charge);
      return silent({ ...charge, status: 'refunding', chargeId: answer.chargeId });
    case 'refunding':
      return answer.status === 'refunded' ? refund(charge) : silent(charge);
    default:
      return silent(charge);
  }
}

/**
 * What to ask the bank, if anything. A charge that has failed for too long is called off, never guessed at: voiding its
 * key tells in one answer whether it was made after all, and makes sure that it is not made later.
 */
export function callFor(charge: Charge, failingMs = 0, giveUpMs = Infinity): BankCall | undefined {
  switch (charge.status) {
    case 'pending': {
      if (failingMs >= giveUpMs) return { kind: 'void', key: charge.orderId };
      const { amountCents, currency, token } = known(charge.order);
      return { kind: 'charge', key: charge.orderId, amountCents, currency, token };
    }
    case 'voiding':
      return { kind: 'void', key: charge.orderId };
    case 'refunding':
      return { kind: 'refund', chargeId: known(charge.chargeId) };
    default:
      return undefined;
  }
}

const silent = (state: Charge): Decision => ({ state, events: [] });

function orderOf(placed: DataOf<typeof orderPlaced>): Order {
  const { customerId, totalCents: amountCents, currency, paymentToken: token } = placed;
  const lines = placed.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  return { customerId, lines, amountCents, currency, token };
}

/** To the bank, once both halves are there. */
function proceed(charge: Charge): Charge {
  const complete = charge.status === 'waiting' && charge.order && charge.reserved;
  return complete ? { ...charge, status: 'pending' } : charge;
}

function reserve(charge: Charge): Decision {
  return charge.status === 'voided' ? leaveUncharged(charge) : silent(proceed(charge));
}

function cancel(charge: Charge): Decision {
  if (charge.status === 'waiting') return leaveUncharged(charge);
  if (charge.status === 'pending') return silent({ ...charge, status: 'voiding' });
  if (charge.status === 'authorized') return silent({ ...charge, status: 'refunding' });
  return silent(charge);
}

function authorize(charge: Charge, chargeId: string): Decision {
  const { orderId } = charge;
  const { token: _token, ...order } = known(charge.order);
  return {
    state: { ...charge, status: 'authorized', chargeId },
    events: [outgoing(paymentAuthorized, { orderId, chargeId, ...order })],
  };
}

function decline(charge: Charge, reason: DeclineReason): Decision {
  const { orderId } = charge;
  return {
    state: { ...charge, status: 'declined', reason },
    events: [outgoing(paymentDeclined, { orderId, reason })],
  };
}

/** The order is cancelled and its key never used: whoever holds stock for it has to hear that no payment will come. */
function leaveUncharged(charge: Charge): Decision {
  const { orderId, reserved } = charge;
  return {
    state: { ...charge, status: 'voided' },
    events: reserved ? [outgoing(paymentDeclined, { orderId, reason: 'payment_declined' })] : [],
  };
}

function refund(charge: Charge): Decision {
  const { orderId } = charge;
  const chargeId = known(charge.chargeId);
  const { amountCents, currency } = known(charge.order);
  return {
    state: { ...charge, status: 'refunded' },
    events: [outgoing(paymentRefunded, { orderId, chargeId, amountCents, currency })],
  };
}

/** What a charge has by its status, as the picture above says; the compiler cannot see it. */
function known<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('This charge lacks what its status says it has');
  return part;
}
