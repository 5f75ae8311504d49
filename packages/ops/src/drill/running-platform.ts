import { NotUp, supervisor } from '../stack/control.ts';
import { type Platform, platformAt } from './platform.ts';

/**
 * The platform that `make up` has started.
 * @throws when it is not up, or not all of it.
 */
export async function runningPlatform(): Promise<Platform> {
  const stack = supervisor();
  const { ports, parts } = await stack.status();
  const unwell = parts.filter(({ state }) => state !== 'ready' && state !== 'done');
  if (unwell.length > 0) {
    const list = unwell.map(({ part, state }) => `${part} is ${state}`).join(', ');
    throw new Error(`A drill needs all parts up; ${list}`);
  }
  return platformAt(ports, { hold: stack.hold, release: releasePart });
}

/** Lets a part go; parts are held in the memory of their supervisor, so without one nothing is. */
export async function releasePart(part: string): Promise<void> {
  await supervisor()
    .release(part)
    .catch((error: unknown) => {
      if (!(error instanceof NotUp)) throw error;
    });
}
