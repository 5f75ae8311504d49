import { id } from '@tocsin/contracts';
import { type Database, type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import { messageKinds, messageStatuses } from './message.ts';
import type { MessageStore } from './store.ts';

const message = z.object({
  messageId: z.string(),
  kind: z.enum(messageKinds),
  subject: z.string().nullable().describe('Known once it is sent; wiped with its customer'),
  status: z.enum(messageStatuses),
  at: z.iso.datetime().describe('Since when it has this status'),
});

export function notificationsRoutes(deps: { database: Database; messages: MessageStore }): Route[] {
  const { database, messages } = deps;
  return [
    route({
      method: 'get',
      path: '/messages',
      summary: 'The last hundred messages to a customer, newest first',
      query: z.object({ customerId: id }),
      responses: { 200: z.object({ messages: z.array(message) }) },
      async handle({ query }) {
        return { status: 200, body: { messages: await messages.list(database, query.customerId) } };
      },
    }),
  ];
}
