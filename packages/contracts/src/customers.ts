import { z } from 'zod';
import { defineEvent, defineTopic } from './define.ts';
import { address, id } from './primitives.ts';

/** Thin notifications: what happened to whom. Whoever needs more calls back. */
export const customersEvents = defineTopic('customers.events');
/** State transfer: the newest state of each customer, a tombstone once erased. */
export const customersState = defineTopic('customers.state', { compacted: true });

const thin = z.object({ customerId: id });

export const customerRegistered = defineEvent('customer.registered.v1', customersEvents, 'customerId', thin);
export const customerAddressChanged = defineEvent(
  'customer.address-changed.v1',
  customersEvents,
  'customerId',
  thin,
);
export const customerErased = defineEvent('customer.erased.v1', customersEvents, 'customerId', thin);

/** What readers may keep of a customer. A reader ignores a version that is not newer than its own. */
export const customerState = defineEvent(
  'customer.state.v1',
  customersState,
  'customerId',
  z.object({ customerId: id, version: z.int().positive(), name: z.string(), address }),
);
