import { setTimeout as sleep } from 'node:timers/promises';
import { supervisor } from '../control.ts';

/** Ends a part and keeps it down until it is released. */
export async function hold(part: string): Promise<void> {
  await supervisor().hold(part);
}

/**
 * Lets a held part go and returns when it is well; one that is not held is left as it is.
 * @throws Error when it is not well within `timeoutMs`.
 */
export async function release(part: string, timeoutMs = 90_000): Promise<void> {
  const control = supervisor();
  await control.release(part);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { parts } = await control.status();
    const now = parts.find((candidate) => candidate.part === part);
    if (now?.state === 'ready' || now?.state === 'done') return;
    if (Date.now() > deadline)
      throw new Error(`${part} is ${now?.state}: ${now?.problem ?? 'it takes too long'}`);
    await sleep(100);
  }
}
