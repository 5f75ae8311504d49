import { customerErased, type groups } from '@tocsin/contracts';
import type { Reactions, Transaction } from '@tocsin/kit';
import { type MessageKind, type Recipient, react } from './message.ts';
import type { MessageMetrics } from './metrics.ts';
import type { MessageStore } from './store.ts';

interface World {
  /** By customer. Messages of earlier batches are not loaded: nothing is decided by them. */
  readonly recipients: Map<string, Recipient>;
  /** Customers who are erased in this batch. */
  readonly erased: readonly string[];
}

/** Keeps what is to be sent, and forgets who was erased. Sending is the worker's. */
export function notificationsReactions(deps: {
  messages: MessageStore;
  metrics: MessageMetrics;
  /** Called once there is something to send. */
  wake(): void;
}): Reactions<(typeof groups.notifications.events)[number], World> {
  const { messages, metrics, wake } = deps;

  const forget = async (transaction: Transaction, customerIds: readonly string[]) => {
    if (customerIds.length === 0) return [];
    await messages.markErased(transaction, customerIds);
    await messages.wipe(transaction, customerIds);
    return messages.dropPending(transaction, customerIds);
  };

  return {
    async load(transaction, events) {
      const customerIds = events.map(({ data }) => data.customerId);
      const locked = await messages.lockRecipients(transaction, customerIds);
      return {
        recipients: new Map(locked.map((found) => [found.customerId, { ...found, messages: [] }])),
        erased: events.flatMap(({ type, data }) => (type === customerErased.type ? data.customerId : [])),
      };
    },
    react({ recipients }, event) {
      const { customerId } = event.data;
      const { state, events } = react(recipients.get(customerId), event);
      recipients.set(customerId, state);
      return events;
    },
    async save(transaction, { recipients, erased }) {
      const asked = [...recipients.values()].flatMap((recipient) => recipient.messages);
      const inserted = await messages.insert(transaction, asked);
      const dropped: { kind: MessageKind }[] = [
        ...inserted.filter(({ status }) => status === 'dropped'),
        ...(await forget(transaction, erased)),
      ];
      transaction.afterCommit(() => {
        for (const { kind } of dropped) metrics.ended(kind, 'dropped');
        if (inserted.some(({ status }) => status === 'pending')) wake();
      });
    },
  };
}
