import { z } from 'zod';

export const bankConfig = {
  SQLITE_PATH: z.string().min(1).describe('File of the ledger; its folder is made when missing'),
  SLOW_ANSWER_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(8000)
    .default(3000)
    .describe('How long the answer to a charge with tok_slow takes'),
};
