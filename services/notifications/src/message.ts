import {
  customerErased,
  customerRegistered,
  type groups,
  orderCancelled,
  orderShipped,
} from '@tocsin/contracts';
import type { Outgoing, ReceivedEvent } from '@tocsin/kit';

export const messageKinds = ['welcome', 'order_shipped', 'order_cancelled'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** `failed` was tried for a day; `dropped` has nobody to go to any more. */
export const messageStatuses = ['pending', 'sent', 'dropped', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** What a message is about, as far as the thin event says. */
type About =
  | { readonly kind: 'welcome'; readonly orderId: null }
  | { readonly kind: 'order_shipped' | 'order_cancelled'; readonly orderId: string };

/** What an event asks for. What is to be said, and to which address, has to be asked for when it is sent. */
export type Message = About & {
  /** The id of the event: heard twice, it is one message. */
  readonly messageId: string;
  readonly customerId: string;
  readonly traceparent: string | null;
  readonly status: 'pending' | 'dropped';
};

/** A customer, as far as it decides who is written to, and the messages that events have asked for. */
export interface Recipient {
  readonly customerId: string;
  readonly erased: boolean;
  readonly messages: readonly Message[];
}

export type NotificationsEvent = ReceivedEvent<(typeof groups.notifications.events)[number]>;

/** Asks for one message for each event; of an erased customer all are dropped, whichever event came first. */
export function react(
  before: Recipient | undefined,
  event: NotificationsEvent,
): { state: Recipient; events: readonly Outgoing[] } {
  const recipient = before ?? { customerId: event.data.customerId, erased: false, messages: [] };
  return { state: decide(recipient, event), events: [] };
}

function decide(recipient: Recipient, event: NotificationsEvent): Recipient {
  switch (event.type) {
    case customerRegistered.type:
      return ask(recipient, event, { kind: 'welcome', orderId: null });
    case orderShipped.type:
      return ask(recipient, event, { kind: 'order_shipped', orderId: event.data.orderId });
    case orderCancelled.type:
      return ask(recipient, event, { kind: 'order_cancelled', orderId: event.data.orderId });
    case customerErased.type:
      return erase(recipient);
  }
}

function ask(recipient: Recipient, event: NotificationsEvent, about: About): Recipient {
  const { customerId, erased, messages } = recipient;
  const { id: messageId, traceparent = null } = event;
  if (messages.some((message) => message.messageId === messageId)) return recipient;
  const status = erased ? 'dropped' : 'pending';
  return { ...recipient, messages: [...messages, { messageId, customerId, traceparent, status, ...about }] };
}

function erase({ customerId, messages }: Recipient): Recipient {
  return {
    customerId,
    erased: true,
    messages: messages.map((message) => ({ ...message, status: 'dropped' })),
  };
}
