import { customerState, type paymentAuthorized } from '@tocsin/contracts';
import type { Outgoing, Reactions, StateReplica, Transaction } from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';
import type { ShipmentMetrics } from './metrics.ts';
import { type Fact, react } from './shipment.ts';
import type { Recipients, ShippingStore } from './store.ts';

interface Deps {
  readonly shipping: ShippingStore;
  readonly metrics: ShipmentMetrics;
}

/** A fact, and the customer whom it is about. */
type FactAbout = Fact & { readonly customerId: string };

/** Paid orders become shipments. */
export function paymentReactions(deps: Deps): Reactions<typeof paymentAuthorized, Recipients> {
  return {
    load: (transaction, events) =>
      deps.shipping.lock(
        transaction,
        events.map(({ data }) => data.customerId),
        events.map(({ data }) => data.orderId),
      ),
    react(recipients, { data: { orderId, customerId, lines } }) {
      return apply(recipients, { type: 'paid', customerId, orderId, lines, shipmentId: uuidv7() });
    },
    save: (transaction, recipients) => save(deps, transaction, recipients),
  };
}

/** A copy of the customers' state; shipments that wait for it go out in the transaction that stores it. */
export function addressReplica(deps: Deps): StateReplica<typeof customerState> {
  return {
    definition: customerState,
    apply(transaction, states) {
      const facts = states.map(
        ({ key, version, data }) =>
          ({ type: 'heard', customerId: key, version, address: data?.address }) as const,
      );
      return applyAll(deps, transaction, facts);
    },
  };
}

/** Applies facts to customers who are locked for it, and stores what became of them. */
export async function applyAll(
  deps: Deps,
  transaction: Transaction,
  facts: readonly FactAbout[],
): Promise<readonly Outgoing[]> {
  const recipients = await deps.shipping.lock(
    transaction,
    facts.map(({ customerId }) => customerId),
  );
  const events = facts.flatMap((fact) => apply(recipients, fact));
  await save(deps, transaction, recipients);
  return events;
}

function apply(recipients: Recipients, fact: FactAbout): readonly Outgoing[] {
  const { state, events } = react(recipients.get(fact.customerId), fact);
  recipients.set(fact.customerId, state);
  return events;
}

async function save({ shipping, metrics }: Deps, transaction: Transaction, recipients: Recipients) {
  const changed = await shipping.save(transaction, recipients);
  transaction.afterCommit(() => {
    for (const { status, reason } of changed) metrics.became(reason ?? status);
  });
}
