import { ringsOurPager } from '../../pager/rings.ts';
import { supervisor } from '../../stack/control.ts';
import { untilReady } from '../../stack/until-ready.ts';
import type { Drill } from '../drill.ts';
import { type PendingFile, type Repair, session } from '../pending.ts';
import type { PartControl } from '../platform.ts';
import { monitoringParts, startOwnMonitoring } from './own-monitoring.ts';
import { untilJudged } from './until-judged.ts';

/** Prometheus and Alertmanager while drills are performed, and how parts are reached meanwhile. */
export interface Monitoring {
  readonly control: PartControl;
  /** Whether its critical alerts go to our own pager. */
  readonly ringsOurPager: boolean;
  readonly pending: PendingFile;
  /** Makes them ready for a drill. */
  prepare(drill: Drill): Promise<void>;
  end(): Promise<void>;
}

/** The stack's own, with the rules as shipped. */
export async function theirMonitoring(_root: string, pending: PendingFile): Promise<Monitoring> {
  const { ringsOurPager } = await supervisor().status();
  return { control: supervisor(), ringsOurPager, pending, async prepare() {}, async end() {} };
}

/**
 * Our own with the drill profile, in the place of the stack's, which are held meanwhile. That is on disk first: should
 * this process be killed, `make heal` ends ours and releases theirs.
 */
export async function ownMonitoring(root: string, pending: PendingFile): Promise<Monitoring> {
  const theirs = supervisor();
  const { ports, brokers } = await theirs.status();
  const sessionRepairs: Repair[] = [
    ...monitoringParts.map((part): Repair => ({ kind: 'release', part })),
    { kind: 'end-profile' },
  ];
  const endSession = async () => {
    for (const part of monitoringParts) await theirs.release(part);
    await untilReady(monitoringParts);
    const left = await pending.read();
    // What a drill could not repair is still to be repaired.
    const repairs = left?.alert === session ? [] : (left?.repairs.slice(sessionRepairs.length) ?? []);
    await (left && repairs.length > 0 ? pending.write({ ...left, repairs }) : pending.remove());
  };
  await pending.write({ alert: session, pid: process.pid, repairs: sessionRepairs });
  for (const part of monitoringParts.toReversed()) await theirs.hold(part);
  const own = await startOwnMonitoring(root, { ports, brokers }).catch(async (error: unknown) => {
    await endSession();
    throw error;
  });
  const isOwn = (part: string) => monitoringParts.some((name) => name === part);
  return {
    control: {
      hold: (part) => (isOwn(part) ? own.stack.part(part).hold() : theirs.hold(part)),
      release: async (part) => (isOwn(part) ? own.stack.part(part).release() : theirs.release(part)),
      freeze: (part) => (isOwn(part) ? own.stack.part(part).freeze() : theirs.freeze(part)),
      thaw: (part) => (isOwn(part) ? own.stack.part(part).thaw() : theirs.thaw(part)),
      kill: async (part) => (isOwn(part) ? own.stack.part(part).kill('SIGKILL') : theirs.kill(part)),
    },
    ringsOurPager: ringsOurPager(),
    pending: {
      read: pending.read,
      write: (drill) => pending.write({ ...drill, repairs: [...sessionRepairs, ...drill.repairs] }),
      remove: () => pending.write({ alert: session, pid: process.pid, repairs: sessionRepairs }),
    },
    async prepare({ needs }) {
      await own.forget(needs?.history?.(new Date()));
      await untilJudged(`http://127.0.0.1:${ports.prometheus.http}`);
    },
    async end() {
      await own[Symbol.asyncDispose]();
      await endSession();
    },
  };
}
