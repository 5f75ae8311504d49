import type { Queryable, Transaction } from '@tocsin/kit';
import type { Customer } from './customer.ts';

/** The table `customers`. */
export interface CustomerStore {
  find(on: Queryable, customerId: string): Promise<Customer | undefined>;
  /** Locks the customer, so that changes and the events that tell of them have one order. */
  lock(transaction: Transaction, customerId: string): Promise<Customer | undefined>;
  insert(transaction: Transaction, customer: Customer): Promise<void>;
  update(transaction: Transaction, customer: Customer): Promise<void>;
  remove(transaction: Transaction, customerId: string): Promise<void>;
}

const select = `select customer_id as "customerId", version, name, email, address from customers where customer_id = $1`;

export function createCustomerStore(): CustomerStore {
  return {
    async find(on, customerId) {
      return (await on.query<Customer>(select, [customerId]))[0];
    },
    async lock(transaction, customerId) {
      return (await transaction.query<Customer>(`${select} for update`, [customerId]))[0];
    },
    async insert(transaction, { customerId, version, name, email, address }) {
      await transaction.query(
        'insert into customers (customer_id, version, name, email, address) values ($1, $2, $3, $4, $5)',
        [customerId, version, name, email, JSON.stringify(address)],
      );
    },
    async update(transaction, { customerId, version, name, email, address }) {
      await transaction.query(
        'update customers set version = $2, name = $3, email = $4, address = $5 where customer_id = $1',
        [customerId, version, name, email, JSON.stringify(address)],
      );
    },
    async remove(transaction, customerId) {
      await transaction.query('delete from customers where customer_id = $1', [customerId]);
    },
  };
}
