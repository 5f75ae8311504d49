import { NotUp, supervisor } from '../stack/control.ts';
import { type Platform, platformAt, type Repairer } from './platform.ts';

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
  return platformAt(ports, { hold: stack.hold, release: stack.release });
}

/** Repairs the platform of `make up`; what broke it lives in its processes, so without them nothing is broken. */
export async function runningPlatformRepairer(): Promise<Repairer> {
  const stack = supervisor();
  const status = await stack.status().catch((error: unknown) => {
    if (error instanceof NotUp) return undefined;
    throw error;
  });
  if (!status) return { clearFaults: async () => {}, release: async () => {} };
  return platformAt(status.ports, { hold: stack.hold, release: stack.release });
}
