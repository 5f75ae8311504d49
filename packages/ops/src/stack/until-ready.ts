import { setTimeout as sleep } from 'node:timers/promises';
import { supervisor } from './control.ts';

/** Returns when these parts of the running stack are well. @throws Error that says which is not, and why. */
export async function untilReady(names: readonly string[], timeoutMs = 90_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { parts } = await supervisor().status();
    const unwell = parts.filter(
      ({ part, state }) => names.includes(part) && state !== 'ready' && state !== 'done',
    );
    if (unwell.length === 0) return;
    if (Date.now() > deadline) {
      const list = unwell.map(
        ({ part, state, problem }) => `${part} is ${state}: ${problem ?? 'it takes too long'}`,
      );
      throw new Error(list.join('; '));
    }
    await sleep(100);
  }
}
