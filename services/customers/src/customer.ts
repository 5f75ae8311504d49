import {
  type Address,
  customerAddressChanged,
  customerErased,
  customerRegistered,
  customerState,
} from '@tocsin/contracts';
import { type Outgoing, outgoing, tombstone } from '@tocsin/kit';

/** A customer as we keep it. The version grows by one with each change, erasure included. */
export interface Customer {
  readonly customerId: string;
  readonly version: number;
  readonly name: string;
  readonly email: string;
  readonly address: Address;
}

/** A change and what the others are told of it: that it happened, and the state that readers may keep. */
export interface Change {
  readonly customer: Customer;
  readonly events: readonly Outgoing[];
}

export function register(customerId: string, details: Pick<Customer, 'name' | 'email' | 'address'>): Change {
  const customer = { customerId, version: 1, ...details };
  return { customer, events: [outgoing(customerRegistered, { customerId }), stateOf(customer)] };
}

export function changeAddress(before: Customer, address: Address): Change {
  const customer = { ...before, version: before.version + 1, address };
  const { customerId } = customer;
  return { customer, events: [outgoing(customerAddressChanged, { customerId }), stateOf(customer)] };
}

/** What remains of an erased customer is that there was one: a last version, so that no older state comes back. */
export function erase({ customerId, version }: Customer): readonly Outgoing[] {
  return [outgoing(customerErased, { customerId }), tombstone(customerState, customerId, version + 1)];
}

function stateOf({ customerId, version, name, address }: Customer): Outgoing {
  return outgoing(customerState, { customerId, version, name, address });
}
