import { address, id, text } from '@tocsin/contracts';
import { type Database, notFound, type Outbox, type Route, route } from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { changeAddress, erase, register } from './customer.ts';
import type { RegistrationMetrics } from './metrics.ts';
import type { CustomerStore } from './store.ts';

const customer = z.object({ customerId: id, name: z.string(), email: z.email(), address });
const byId = z.object({ customerId: id });

export function customerRoutes(deps: {
  database: Database;
  outbox: Outbox;
  customers: CustomerStore;
  registrations: RegistrationMetrics;
}): Route[] {
  const { database, outbox, customers, registrations } = deps;
  const unknown = () => notFound('There is no such customer');

  return [
    route({
      method: 'post',
      path: '/customers',
      summary: 'Register a customer',
      body: z.strictObject({ name: text(200), email: z.email().max(320), address }),
      responses: { 201: customer },
      async handle({ body }) {
        const change = register(uuidv7(), body);
        await database.transaction(async (transaction) => {
          await customers.insert(transaction, change.customer);
          await outbox.append(transaction, change.events);
        });
        registrations.registered();
        const { version: _version, ...answer } = change.customer;
        return { status: 201, body: answer, headers: { location: `/customers/${answer.customerId}` } };
      },
    }),
    route({
      method: 'get',
      path: '/customers/:customerId',
      summary: 'One customer',
      params: byId,
      responses: { 200: customer, 404: undefined },
      async handle({ params }) {
        const found = await customers.find(database, params.customerId);
        if (!found) throw unknown();
        const { version: _version, ...answer } = found;
        return { status: 200, body: answer };
      },
    }),
    route({
      method: 'put',
      path: '/customers/:customerId/address',
      summary: 'Move a customer',
      params: byId,
      body: address.strict(),
      responses: { 200: customer, 404: undefined },
      handle: ({ params, body }) =>
        database.transaction(async (transaction) => {
          const before = await customers.lock(transaction, params.customerId);
          if (!before) throw unknown();
          const change = changeAddress(before, body);
          await customers.update(transaction, change.customer);
          await outbox.append(transaction, change.events);
          const { version: _version, ...answer } = change.customer;
          return { status: 200, body: answer };
        }),
    }),
    route({
      method: 'delete',
      path: '/customers/:customerId',
      summary: 'Erase a customer, here and wherever the state was copied',
      params: byId,
      responses: { 204: undefined, 404: undefined },
      handle: ({ params }) =>
        database.transaction(async (transaction) => {
          const before = await customers.lock(transaction, params.customerId);
          if (!before) throw unknown();
          await customers.remove(transaction, params.customerId);
          await outbox.append(transaction, erase(before));
          return { status: 204 };
        }),
    }),
  ];
}
