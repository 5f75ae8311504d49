import type { Ports } from '../../../../deploy/local/ports.ts';
import { type StackStatus, statusIfUp, supervisor } from '../stack/control.ts';
import { laptopSite } from '../stack/site.ts';
import { untilReady } from '../stack/until-ready.ts';
import type { Drill } from './drill.ts';
import type { Ground, OpenGround } from './ground.ts';
import { handsAt } from './hands.ts';
import type { Restarter } from './negative/perform-negative.ts';
import { type PendingFile, pendingFile } from './pending.ts';
import { platformAt, serviceNames } from './platform.ts';
import { type Monitoring, ownMonitoring, theirMonitoring } from './profile/monitoring.ts';
import { endOwnMonitoring } from './profile/own-monitoring.ts';
import type { HandsFor, RepairDeps } from './repair.ts';

/** The platform that `make up` has started. The current folder must be the root of the repository. */
export function laptop(root: string): Ground {
  const pending = pendingFile(root);
  return {
    pending,
    open: (profile) => openLaptop(root, profile === 'drill' ? ownMonitoring : theirMonitoring, pending),
    repairDeps: () => laptopRepair(root),
  };
}

async function openLaptop(
  root: string,
  startMonitoring: (root: string, pending: PendingFile) => Promise<Monitoring>,
  pending: PendingFile,
): Promise<OpenGround> {
  const { ports, parts, brokers, dataDir } = await supervisor().status();
  const unwell = parts.filter(({ state }) => state !== 'ready' && state !== 'done');
  if (unwell.length > 0) {
    const list = unwell.map(({ part, state }) => `${part} is ${state}`).join(', ');
    throw new Error(`A drill needs all parts up; ${list}`);
  }
  const monitoring = await startMonitoring(root, pending);
  const { control, ringsOurPager } = monitoring;
  const platform = platformAt(ports, control, { parts: namesOf(parts), ringsOurPager });
  return {
    platform,
    hands: (alert) => handsAt({ root, dataDir, ports, brokers, platform, alert }),
    pending: monitoring.pending,
    restarter: restarterOf(ports),
    // They name the ports as they are declared.
    runbookTarget: ports.prometheus.http === laptopSite(root, 0).ports.prometheus.http ? '' : undefined,
    obstacle: ({ alert, needs }: Drill) =>
      needs?.brokers && brokers !== needs.brokers
        ? `it is for ${needs.brokers === 1 ? 'one broker' : 'three brokers'}: make down, make up BROKERS=${needs.brokers}, make drill ALERT=${alert}`
        : undefined,
    prepare: (drill) => monitoring.prepare(drill),
    [Symbol.asyncDispose]: () => monitoring.end(),
  };
}

const namesOf = (parts: StackStatus['parts']) => parts.map(({ part }) => part);

function restarterOf(ports: Ports): Restarter {
  const stack = supervisor();
  return {
    services: serviceNames(ports),
    async restart(part, settings) {
      await stack.hold(part);
      await stack.release(part, settings);
      await untilReady([part]);
    },
  };
}

/** What broke the platform lives in its processes: without them nothing but what was done by code is broken. */
async function laptopRepair(root: string): Promise<Omit<RepairDeps, 'loadDrill'>> {
  const endProfile = () => endOwnMonitoring(root);
  const status = await statusIfUp();
  if (!status) {
    const hands: HandsFor = (alert) => {
      throw new Error(`What the drill of ${alert} did is undone with the platform up: \`make up\``);
    };
    const nothing = async () => {};
    const has = async () => true;
    const repairer = { has, clearFaults: nothing, release: nothing, restart: nothing, thaw: nothing };
    return { repairer, endProfile, hands };
  }
  const { ports, brokers, dataDir, parts, ringsOurPager } = status;
  const platform = platformAt(ports, supervisor(), { parts: namesOf(parts), ringsOurPager });
  const hands: HandsFor = (alert) => handsAt({ root, dataDir, ports, brokers, platform, alert });
  return { repairer: platform, endProfile, hands };
}
