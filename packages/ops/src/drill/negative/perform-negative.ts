import { setTimeout as sleep } from 'node:timers/promises';
import { createWatch } from '../observe.ts';
import type { Repair } from '../pending.ts';
import type { DrillDeps } from '../perform.ts';
import { repairAll } from '../repair.ts';
import { startTraffic, type Traffic, urlToAsk } from '../traffic.ts';
import { listen } from './listen.ts';
import type { NegativeDrill, Scene } from './negative-drill.ts';

const longestSeconds = 600;

/** What only who watches over the parts can do. */
export type Restarter = Pick<Scene, 'services' | 'restart'>;

/**
 * Does what a negative drill does, and listens.
 * @throws what the drill throws, repaired; when the signal ends it; when the repair fails.
 */
export async function performNegative(
  deps: DrillDeps & { restarter: Restarter; onWait?(seconds: number): void },
  drill: NegativeDrill,
): Promise<{ problems: string[]; notes: string[] }> {
  const { platform, pending, signal, restarter } = deps;
  const hands = deps.hands(drill.name);
  /** Parts that are ended, or run with other settings. */
  const unlike = new Set<string>();
  const repairs = (): Repair[] => [
    ...(drill.repairs ?? []),
    ...[...unlike].map((part) => ({ kind: 'restart' as const, part })),
  ];
  const writePending = () => pending.write({ alert: drill.name, pid: process.pid, repairs: repairs() });
  const restart: Scene['restart'] = async (part, settings = {}) => {
    unlike.add(part);
    await writePending();
    await restarter.restart(part, settings);
    if (Object.keys(settings).length > 0) return;
    unlike.delete(part);
    await writePending();
  };
  const startedAt = new Date();
  const listener = await listen(platform, drill.mayRing);
  const untilInTheRoom = async (alert: string) => {
    const watch = createWatch(platform);
    const deadline = Date.now() + 120_000;
    const stands = async () =>
      (await watch.inTheRoom()).some((each) => each.alert === alert && each.receivedAt >= startedAt);
    while (!(await stands())) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw new Error(`${alert} does not come to the room`);
      await sleep(200);
    }
  };
  const urlOf = async (service: string) => urlToAsk(await platform.httpUrl(service));
  const ask = async (service: string) => {
    const response = await fetch(await urlOf(service), { signal: AbortSignal.timeout(20_000) });
    await response.body?.cancel();
    return response.status;
  };
  const asking: Traffic[] = [];
  const keepAsking = async (service: string, perSecond: number) => {
    asking.push(startTraffic({ url: await urlOf(service), perSecond, limit: perSecond * longestSeconds }));
  };
  try {
    await writePending();
    try {
      await drill.act({
        services: restarter.services,
        restart,
        hands,
        signal,
        ask,
        keepAsking,
        untilInTheRoom,
      });
      await watchFor(drill.watchSeconds, { signal, onWait: deps.onWait });
    } finally {
      await repairAll(repairs(), { repairer: platform, hands: deps.hands, loadDrill: deps.loadDrill });
      await pending.remove();
      for (const traffic of asking) await traffic.stop();
    }
  } catch (error) {
    await listener.end();
    throw error;
  }
  return listener.end();
}

async function watchFor(
  seconds: number,
  { signal, onWait }: { signal: AbortSignal; onWait?: ((seconds: number) => void) | undefined },
): Promise<void> {
  for (let waited = 0; waited < seconds; waited += 1) {
    signal.throwIfAborted();
    onWait?.(waited);
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
  signal.throwIfAborted();
}
