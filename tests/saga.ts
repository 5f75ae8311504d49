import {
  type Address,
  type EventDefinition,
  groups,
  type OrderLine,
  type paymentAuthorized,
} from '@tocsin/contracts';
import { type Outgoing, type ReceivedEvent, systemClock } from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';
import type { LedgerEntry } from '../packages/ops/src/reconcile/story.ts';
import { openLedger } from '../services/bank/src/ledger.ts';
import { conductOf } from '../services/bank/src/token.ts';
import * as inventory from '../services/inventory/src/reservation.ts';
import * as orders from '../services/orders/src/domain/order.ts';
import * as payments from '../services/payments/src/charge.ts';
import * as shipping from '../services/shipping/src/shipment.ts';

type Customer = 'present' | 'moving' | 'unknown' | 'erased';
type Delivery =
  | { readonly group: string; readonly event: Outgoing }
  | { readonly state: shipping.Fact; customerId: string };

/** The saga without its plumbing: the services' own decisions, the bank's own ledger, and messages that take their time. */
export interface Saga extends Disposable {
  readonly orders: ReadonlyMap<string, orders.Order>;
  readonly stock: inventory.Stock;
  readonly initialStock: Readonly<Record<string, number>>;
  readonly published: readonly Outgoing[];
  place(lines: readonly OrderLine[], token: string, customer: Customer): void;
  /** One thing happens: a delivery, a repetition, a call to the bank that may get lost, a deadline. */
  step(choice: number): void;
  /** Everything that is still to happen, happens. */
  drain(): void;
  ledger(): LedgerEntry[];
}

/** Failures in a row after which payments gives up on the bank. */
const givesUpAfter = 3;
const home: Address = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };

export function createSaga(initialStock: Readonly<Record<string, number>>): Saga {
  const bank = openLedger({ clock: systemClock }, ':memory:');
  const orderById = new Map<string, orders.Order>();
  const chargeById = new Map<string, payments.Charge>();
  const failures = new Map<string, number>();
  const recipients = new Map<string, shipping.Recipient>();
  const reservations = new Map<string, inventory.Reservation>();
  let stock: inventory.Stock = Object.fromEntries(
    Object.entries(initialStock).map(([sku, available]) => [sku, { available, reserved: 0 }]),
  );
  const published: Outgoing[] = [];
  const underway: Delivery[] = [];
  const delivered: Delivery[] = [];

  const publish = (events: readonly Outgoing[]) => {
    published.push(...events);
    for (const event of events) {
      for (const group of Object.values(groups)) {
        const wanted = group.events.some((definition: EventDefinition) => definition.type === event.type);
        if (wanted && group.name in reactions) underway.push({ group: group.name, event });
      }
    }
  };

  const reactions: Record<string, (event: Outgoing) => readonly Outgoing[]> = {
    orders(event) {
      const { state, events } = orders.react(orderById.get(event.key), received<orders.Fact>(event));
      if (state) orderById.set(event.key, state);
      return events;
    },
    inventory(event) {
      const before = { stock, reservation: reservations.get(event.key) };
      const { state, events } = inventory.react(before, received<inventory.InventoryEvent>(event));
      stock = state.stock;
      reservations.set(event.key, state.reservation);
      return events;
    },
    payments(event) {
      const { state, events } = payments.react(
        chargeById.get(event.key),
        received<payments.PaymentsEvent>(event),
      );
      chargeById.set(event.key, state);
      return events;
    },
    shipping(event) {
      const { data } = received<ReceivedEvent<typeof paymentAuthorized>>(event);
      return ship(data.customerId, {
        type: 'paid',
        orderId: data.orderId,
        lines: data.lines,
        shipmentId: uuidv7(),
      });
    },
  };

  const ship = (customerId: string, fact: shipping.Fact) => {
    const { state, events } = shipping.react(recipients.get(customerId), fact);
    recipients.set(customerId, state);
    return events;
  };

  const deliver = (delivery: Delivery) => {
    if ('state' in delivery) publish(ship(delivery.customerId, delivery.state));
    else publish(reactions[delivery.group]?.(delivery.event) ?? []);
  };

  /** What payments' worker does with one order; `luck` says whether the question or the answer gets lost. */
  const askBank = (charge: payments.Charge, luck: 'none' | 'question lost' | 'answer lost') => {
    const failed = failures.get(charge.orderId) ?? 0;
    const call = payments.callFor(charge, failed, givesUpAfter);
    if (!call) return;
    const answer = luck === 'question lost' ? undefined : answerOf(call);
    if (!answer || luck === 'answer lost') {
      failures.set(charge.orderId, failed + 1);
      return;
    }
    const { state, events } = payments.settle(charge, answer);
    chargeById.set(charge.orderId, state);
    publish(events);
  };

  const answerOf = (call: payments.BankCall): payments.BankAnswer | undefined => {
    if (call.kind === 'refund') return bank.refund(call.chargeId) && { status: 'refunded' };
    const wanted =
      call.kind === 'void' ? 'void' : (bank.decisionFor(call.key) ?? conductOf(call.token).decision);
    if (!wanted) return undefined;
    if (call.kind === 'void') bank.void(call.key);
    else if (wanted !== 'void') bank.charge(call.key, wanted, call);
    const made = bank.chargeFor(call.key);
    if (made) return { status: 'authorized', chargeId: made.chargeId };
    return { status: bank.decisionFor(call.key) === 'void' ? 'void' : 'declined' };
  };

  const waiting = () =>
    [...recipients].flatMap(([customerId, { shipments }]) =>
      Object.values(shipments).flatMap(({ status, orderId }) =>
        status === 'waiting' ? [{ customerId, orderId }] : [],
      ),
    );
  const asking = () => [...chargeById.values()].filter((charge) => payments.callFor(charge) !== undefined);
  const expire = ({ customerId, orderId }: { customerId: string; orderId: string }) =>
    publish(ship(customerId, { type: 'waited-too-long', orderId }));

  return {
    orders: orderById,
    get stock() {
      return stock;
    },
    initialStock,
    published,
    place(lines, token, customer) {
      const customerId = uuidv7();
      const heard = (version: number, address: Address | undefined): Delivery => ({
        customerId,
        state: { type: 'heard', version, address },
      });
      if (customer !== 'unknown') underway.push(heard(1, home));
      if (customer === 'moving') underway.push(heard(2, { ...home, city: 'Köln' }));
      if (customer === 'erased') underway.push(heard(2, undefined));
      const request = {
        customerId,
        lines: lines.map((line) => ({ ...line, unitPriceCents: 100 })),
        paymentToken: token,
      };
      const { state, events } = orders.place(uuidv7(), request, new Date());
      orderById.set(state.orderId, state);
      publish(events);
    },
    step(choice) {
      const options: (() => void)[] = [
        ...underway.map((delivery, index) => () => {
          underway.splice(index, 1);
          delivered.push(delivery);
          deliver(delivery);
        }),
        ...delivered.slice(-5).map((delivery) => () => deliver(delivery)),
        ...asking().flatMap((charge) =>
          (['none', 'question lost', 'answer lost'] as const).map((luck) => () => askBank(charge, luck)),
        ),
        ...waiting().map((each) => () => expire(each)),
      ];
      options[choice % Math.max(1, options.length)]?.();
    },
    drain() {
      for (;;) {
        const next = underway.shift();
        const [charge] = asking();
        const [late] = waiting();
        if (next) deliver(next);
        else if (charge) askBank(charge, 'none');
        else if (late) expire(late);
        else return;
      }
    },
    ledger: () => bank.entriesSince(new Date(0)),
    [Symbol.dispose]: () => bank.close(),
  };
}

/** A published event as its readers see it; they know by its type what it carries. */
function received<Event>({ type, key, data }: Outgoing): Event {
  return { id: uuidv7(), type, key, time: new Date(), traceparent: undefined, data } as Event;
}
