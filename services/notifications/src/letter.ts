import { type CancelReason, cancelReason } from '@tocsin/contracts';

/** What we use of the answers of the others; they may say more. */
export interface Customer {
  readonly name: string;
  readonly email: string;
}

export interface Order {
  readonly orderId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly totalCents: number;
  readonly currency: string;
  readonly reason?: string | undefined;
}

export type Occasion =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'order_shipped' | 'order_cancelled'; readonly order: Order };

/** A message with its contents. */
export interface Letter {
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
}

export function compose(customer: Customer, occasion: Occasion): Letter {
  const { subject, text } = contents(occasion);
  return { recipient: customer.email, subject, body: `Hello ${customer.name},\n\n${text}\n` };
}

function contents(occasion: Occasion): { subject: string; text: string } {
  switch (occasion.kind) {
    case 'welcome':
      return { subject: 'Welcome', text: 'it is good to have you here.' };
    case 'order_shipped':
      return {
        subject: 'Your order is on its way',
        text: `we have sent you ${summary(occasion.order)}.`,
      };
    case 'order_cancelled':
      return {
        subject: 'Your order was cancelled',
        text: `we could not send you ${summary(occasion.order)}: ${explain(occasion.order.reason)}.`,
      };
  }
}

const explanations: Record<CancelReason, string> = {
  out_of_stock: 'it is out of stock',
  payment_declined: 'your payment was declined',
  party_unavailable: 'your payment could not be taken',
  no_address: 'we do not know where to send it',
  customer_erased: 'you are no longer our customer',
};

/** Orders may learn new reasons before we do. */
function explain(reason: string | undefined): string {
  const known = cancelReason.safeParse(reason);
  return known.success ? explanations[known.data] : 'something on our side went wrong';
}

function summary({ orderId, lines, totalCents, currency }: Order): string {
  const goods = lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
  return `${goods} for ${(totalCents / 100).toFixed(2)} ${currency} (order ${orderId})`;
}
