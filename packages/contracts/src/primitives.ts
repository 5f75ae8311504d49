import { z } from 'zod';

/** Ids are UUIDv7: unique without asking anyone, and sorted by the time they were made. */
export const id = z.uuid().describe('UUIDv7');
/** Money in integer minor units. */
export const cents = z.int().nonnegative().describe('Amount in minor units of the currency');
export const currency = z.literal('EUR');
export const sku = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .describe('Stock keeping unit');
export const quantity = z.int().min(1).max(1000);

/** Text that people and databases can keep: whole characters, and not NUL, which Postgres refuses. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'No text: NUL, or half a character');

export const orderLine = z.object({ sku, quantity });
export type OrderLine = z.output<typeof orderLine>;

export const pricedLine = z.object({ sku, quantity, unitPriceCents: cents });
export type PricedLine = z.output<typeof pricedLine>;

export const address = z.object({
  line1: text(200),
  city: text(100),
  postcode: text(20),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .describe('ISO 3166-1 alpha-2'),
});
export type Address = z.output<typeof address>;
