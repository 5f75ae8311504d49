import { type Address, type OrderLine, shipmentDispatched, shipmentFailed } from '@tocsin/contracts';
import { type Outgoing, outgoing } from '@tocsin/kit';

export interface Shipment {
  readonly orderId: string;
  readonly shipmentId: string;
  /** Only what waits can still change; an erased customer's address goes from all of them. */
  readonly status: 'waiting' | 'dispatched' | 'failed';
  readonly lines: readonly OrderLine[];
  readonly address: Address | null;
  readonly trackingNumber: string | null;
  readonly reason: 'no_address' | 'customer_erased' | null;
}

/** A customer as we know them, with their shipments: what waits and what it waits for are decided about together. */
export interface Recipient {
  /** Of the state that we know; 0 as long as we know none. */
  readonly version: number;
  readonly address: Address | null;
  readonly erased: boolean;
  /** By order; those that matter to the decision suffice. */
  readonly shipments: Readonly<Record<string, Shipment>>;
}

export type Fact =
  | {
      readonly type: 'paid';
      readonly orderId: string;
      readonly lines: readonly OrderLine[];
      /** For the shipment, should this be the first that we hear of the order. */
      readonly shipmentId: string;
    }
  | {
      readonly type: 'heard';
      readonly version: number;
      /** None: the customer was erased. */
      readonly address: Address | undefined;
    }
  | { readonly type: 'waited-too-long'; readonly orderId: string };

export interface Decision {
  readonly state: Recipient;
  readonly events: readonly Outgoing[];
}

/** The order was paid, the address was heard of, time is up: in any order, each as often as it may come. */
export function react(known: Recipient | undefined, fact: Fact): Decision {
  const recipient = known ?? { version: 0, address: null, erased: false, shipments: {} };
  switch (fact.type) {
    case 'paid':
      return settle(request(recipient, fact), byAddress);
    case 'heard':
      return settle(learn(recipient, fact), byAddress);
    case 'waited-too-long':
      return settle(recipient, (shipment) =>
        shipment.orderId === fact.orderId ? fail(shipment, 'no_address') : undefined,
      );
  }
}

function request(recipient: Recipient, { orderId, shipmentId, lines }: Fact & { type: 'paid' }): Recipient {
  const shipment: Shipment = {
    orderId,
    shipmentId,
    status: 'waiting',
    lines,
    address: null,
    trackingNumber: null,
    reason: null,
  };
  // Of an order that was heard of before, what is known stays.
  return { ...recipient, shipments: { [orderId]: shipment, ...recipient.shipments } };
}

function learn(recipient: Recipient, { version, address }: Fact & { type: 'heard' }): Recipient {
  if (version <= recipient.version) return recipient;
  if (address) return { ...recipient, version, address, erased: false };
  // The version stays, so that no older state comes back.
  const nameless = Object.entries(recipient.shipments).map(
    ([orderId, shipment]) => [orderId, { ...shipment, address: null }] as const,
  );
  return { version, address: null, erased: true, shipments: Object.fromEntries(nameless) };
}

interface Settled {
  readonly shipment: Shipment;
  readonly event: Outgoing;
}

/** Lets `decide` end what waits; what has ended stays as it is. */
function settle(
  recipient: Recipient,
  decide: (waiting: Shipment, recipient: Recipient) => Settled | undefined,
): Decision {
  const settled = Object.values(recipient.shipments).flatMap((shipment) =>
    shipment.status === 'waiting' ? (decide(shipment, recipient) ?? []) : [],
  );
  const ended = settled.map(({ shipment }) => [shipment.orderId, shipment] as const);
  return {
    state: { ...recipient, shipments: { ...recipient.shipments, ...Object.fromEntries(ended) } },
    events: settled.map(({ event }) => event),
  };
}

function byAddress(waiting: Shipment, { address, erased }: Recipient): Settled | undefined {
  if (address) return dispatch(waiting, address);
  return erased ? fail(waiting, 'customer_erased') : undefined;
}

function dispatch(waiting: Shipment, address: Address): Settled {
  const { orderId, shipmentId } = waiting;
  // The random end of a UUIDv7: short enough to be read out on the telephone.
  const trackingNumber = `TOC-${shipmentId.slice(-12).toUpperCase()}`;
  return {
    shipment: { ...waiting, status: 'dispatched', address, trackingNumber },
    event: outgoing(shipmentDispatched, { orderId, shipmentId, trackingNumber }),
  };
}

function fail(waiting: Shipment, reason: NonNullable<Shipment['reason']>): Settled {
  return {
    shipment: { ...waiting, status: 'failed', reason },
    event: outgoing(shipmentFailed, { orderId: waiting.orderId, reason }),
  };
}
