import { bankConfig } from '../../../services/bank/src/config.ts';
import { chatopsConfig } from '../../../services/chatops/src/config.ts';
import { customersConfig } from '../../../services/customers/src/config.ts';
import { inventoryConfig } from '../../../services/inventory/src/config.ts';
import { notificationsConfig } from '../../../services/notifications/src/config.ts';
import { ordersConfig } from '../../../services/orders/src/config.ts';
import { paymentsConfig } from '../../../services/payments/src/config.ts';
import { shippingConfig } from '../../../services/shipping/src/config.ts';
import { trafficConfig } from '../../../services/traffic/src/config.ts';

/** What each service reads from its environment, beside the keys that all have. */
export const configs = {
  bank: bankConfig,
  chatops: chatopsConfig,
  customers: customersConfig,
  inventory: inventoryConfig,
  notifications: notificationsConfig,
  orders: ordersConfig,
  payments: paymentsConfig,
  shipping: shippingConfig,
  traffic: trafficConfig,
};

export const serviceNames = Object.keys(configs) as (keyof typeof configs)[];
