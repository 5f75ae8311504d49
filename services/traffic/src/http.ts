import { type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import { maxOrdersPerSecond } from './config.ts';
import { outcomes } from './journey.ts';
import { type Journeys, longestSpanSeconds } from './journeys.ts';
import type { Shoppers } from './shoppers.ts';

const rate = z.strictObject({ ordersPerSecond: z.number().min(0).max(maxOrdersPerSecond) });
const summary = z.object({
  seconds: z.int(),
  outcomes: z.record(z.enum(outcomes), z.int()),
  shippedMs: z.object({ p50: z.int(), p95: z.int(), p99: z.int() }).nullable(),
});

export function trafficRoutes(deps: { shoppers: Shoppers; journeys: Journeys }): Route[] {
  const { shoppers, journeys } = deps;
  const present = () => ({ status: 200, body: { ordersPerSecond: shoppers.rate() } });
  return [
    route({
      method: 'get',
      path: '/rate',
      summary: 'How many shoppers set out each second',
      responses: { 200: rate },
      handle: async () => present(),
    }),
    route({
      method: 'put',
      path: '/rate',
      summary: 'Change the rate, until the next start; 0 stops',
      body: rate,
      responses: { 200: rate },
      async handle({ body }) {
        shoppers.setRate(body.ordersPerSecond);
        return present();
      },
    }),
    route({
      method: 'get',
      path: '/summary',
      summary: 'The journeys that ended in the last seconds, exactly',
      query: z.object({ seconds: z.coerce.number().int().min(1).max(longestSpanSeconds).default(60) }),
      responses: { 200: summary },
      handle: async ({ query }) => ({ status: 200, body: journeys.summary(query.seconds) }),
    }),
  ];
}
