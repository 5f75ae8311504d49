import { customerErased, customerRegistered, customerState } from './customers.ts';
import { defineGroup } from './define.ts';
import { stockRejected, stockReserved } from './inventory.ts';
import { orderCancelled, orderConfirmed, orderPlaced, orderShipped } from './orders.ts';
import { paymentAuthorized, paymentDeclined, paymentRefunded } from './payments.ts';
import { shipmentDispatched, shipmentFailed } from './shipping.ts';

/** Who reacts to what: the whole choreography of the saga. */
export const groups = {
  orders: defineGroup('orders', [
    stockRejected,
    paymentAuthorized,
    paymentDeclined,
    shipmentDispatched,
    shipmentFailed,
  ]),
  ordersView: defineGroup('orders-view', [orderPlaced, orderConfirmed, orderShipped, orderCancelled]),
  inventory: defineGroup('inventory', [orderPlaced, paymentDeclined, paymentRefunded]),
  payments: defineGroup('payments', [orderPlaced, orderCancelled, stockReserved]),
  shipping: defineGroup('shipping', [paymentAuthorized]),
  shippingAddresses: defineGroup('shipping-addresses', [customerState]),
  notifications: defineGroup('notifications', [
    customerRegistered,
    customerErased,
    orderShipped,
    orderCancelled,
  ]),
} as const;
