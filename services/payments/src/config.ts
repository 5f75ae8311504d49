import { kafkaConfig, postgresConfig } from '@tocsin/kit';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();

export const paymentsConfig = {
  ...kafkaConfig,
  ...postgresConfig,
  BANK_URL: z.url().describe('Where the bank is'),
  BANK_TIMEOUT_MS: milliseconds.max(8000).default(5000).describe('How long one call to the bank may take'),
  BANK_GIVE_UP_MS: milliseconds
    .default(60_000)
    .describe('How long a charge may fail before it is called off, or found at the bank after all'),
  BANK_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(16).describe('Calls to the bank at once'),
};
