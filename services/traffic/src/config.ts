import { z } from 'zod';

/** More is not a shop's traffic but an attack, and more than one process can measure fairly. */
export const maxOrdersPerSecond = 500;

const share = z.coerce.number().min(0).max(1);

export const trafficConfig = {
  CUSTOMERS_URL: z.url().describe('Where shoppers register'),
  ORDERS_URL: z.url().describe('Where shoppers order'),
  TRAFFIC_ORDERS_PER_SECOND: z.coerce
    .number()
    .min(0)
    .max(maxOrdersPerSecond)
    .default(2)
    .describe('Rate at the start; PUT /rate changes it'),
  TRAFFIC_GIVE_UP_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(30_000)
    .describe('How long a shopper waits for the end of an order'),
  TRAFFIC_MAX_IN_FLIGHT: z.coerce
    .number()
    .int()
    .min(1)
    .default(500)
    .describe('Shoppers under way at one time; those who would be more are skipped, and counted'),
  TRAFFIC_RETURNING_SHARE: share.default(0.5).describe('Share of shoppers who have registered before'),
  TRAFFIC_DECLINED_SHARE: share.default(0.05).describe('Share of orders whose payment is declined'),
  TRAFFIC_OUT_OF_STOCK_SHARE: share.default(0.05).describe('Share of orders of what is never in stock'),
};
