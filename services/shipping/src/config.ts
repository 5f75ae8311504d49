import { kafkaConfig, postgresConfig } from '@tocsin/kit';
import { z } from 'zod';

export const shippingConfig = {
  ...kafkaConfig,
  ...postgresConfig,
  ADDRESS_WAIT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(30_000)
    .describe('How long a paid order waits for the address of its customer before its shipment fails'),
} as const;
