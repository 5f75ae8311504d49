import path from 'node:path';
import { type RunningParts, startParts } from '@tocsin/ops';

/**
 * One real broker and one real database server for a whole run of tests, as
 * `node --test --test-global-setup=tests/setup/backing.ts …` wants them. The test processes find them in
 * `KAFKA_BROKERS` and `POSTGRES_URL` (a superuser's: each test makes its own database). When both are set
 * already, nothing is started.
 */
let backing: RunningParts | undefined;

export async function globalSetup(): Promise<void> {
  if (process.env.KAFKA_BROKERS && process.env.POSTGRES_URL) return;
  const root = path.resolve(import.meta.dirname, '../..');
  backing = await startParts({ root, parts: ['kafka', 'postgres'] });
  Object.assign(process.env, backing.env);
}

export async function globalTeardown(): Promise<void> {
  await backing?.stop();
}
