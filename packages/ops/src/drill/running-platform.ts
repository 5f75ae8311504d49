import { statusIfUp, supervisor } from '../stack/control.ts';
import { handsAt } from './hands.ts';
import { type Platform, platformAt, type Repairer } from './platform.ts';
import type { HandsFor } from './repair.ts';

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
  return platformAt(ports, stack);
}

/** Repairs the platform of `make up`; what broke it lives in its processes, so without them nothing is broken. */
export async function runningPlatformRepairer(): Promise<Repairer> {
  const stack = supervisor();
  const status = await statusIfUp();
  if (!status) return { clearFaults: async () => {}, release: async () => {}, thaw: async () => {} };
  return platformAt(status.ports, stack);
}

/** Reaches inside the platform of `make up`. The hands are of use while it is up. */
export async function runningPlatformHands(root: string): Promise<HandsFor> {
  const stack = supervisor();
  const status = await statusIfUp();
  return (alert) => {
    if (!status)
      throw new Error(`What the drill of ${alert} did is undone with the platform up: \`make up\``);
    const { ports, brokers, dataDir } = status;
    return handsAt({ root, dataDir, ports, brokers, platform: platformAt(ports, stack), alert });
  };
}
