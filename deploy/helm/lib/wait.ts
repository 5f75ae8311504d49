import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until all is well, and ends the process with what was seen last when that takes too long.
 * @param complaints what is not as it should be, one line each.
 */
export async function until(all: string, complaints: () => Promise<readonly string[]>): Promise<void> {
  const deadline = Date.now() + Number(process.env.WAIT_SECONDS) * 1000;
  for (;;) {
    const seen = await complaints().catch((error: Error) => [
      error.cause ? `${error.message}: ${error.cause}` : error.message,
    ]);
    if (seen.length === 0) return console.log(`ok: ${all}`);
    if (Date.now() > deadline) {
      console.error(`not ok: ${all}`);
      for (const line of seen) console.error(`  ${line}`);
      process.exit(1);
    }
    await delay(1000);
  }
}
