import { supervisor } from '../control.ts';
import { untilReady } from '../until-ready.ts';

/** Ends a part and keeps it down until it is released. */
export async function hold(part: string): Promise<void> {
  await supervisor().hold(part);
}

/**
 * Lets a held part go and returns when it is well; one that is not held is left as it is.
 * @throws Error when it is not well within `timeoutMs`.
 */
export async function release(part: string, timeoutMs = 90_000): Promise<void> {
  await supervisor().release(part);
  await untilReady([part], timeoutMs);
}
