import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { KitError } from '../errors.ts';
import type { Log } from '../log.ts';

const ttlSeconds = z.int().min(1).max(3600).default(300);
const ratio = z.number().min(0).max(1).default(1);
const routePath = z.string().optional().describe('Route template, as in http_route; none, every route');
const eventType = z.string().optional().describe('Event type; none, every type');
const group = z.string().optional().describe('Consumer group; none, every group');

/** What can be broken on purpose, each for a time. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('http-error'), route: routePath, ratio, ttlSeconds }),
  z.strictObject({
    kind: z.literal('http-latency'),
    route: routePath,
    ratio,
    milliseconds: z.int().min(1).max(9000),
    ttlSeconds,
  }),
  z.strictObject({
    kind: z.literal('handler-error'),
    eventType,
    ratio,
    retryable: z.boolean().default(true),
    ttlSeconds,
  }),
  z.strictObject({
    kind: z.literal('handler-latency'),
    eventType,
    ratio,
    milliseconds: z.int().min(1).max(9000),
    ttlSeconds,
  }),
  z.strictObject({ kind: z.literal('not-ready'), ttlSeconds }),
  z.strictObject({ kind: z.literal('crash') }),
  z.strictObject({ kind: z.literal('block-event-loop'), milliseconds: z.int().min(1).max(60_000) }),
  z.strictObject({ kind: z.literal('leak-memory'), mebibytes: z.int().min(1).max(1024), ttlSeconds }),
  z.strictObject({ kind: z.literal('hang-shutdown'), seconds: z.int().min(1).max(600), ttlSeconds }),
  z.strictObject({ kind: z.literal('consumer-stop'), group, ttlSeconds }),
  z.strictObject({ kind: z.literal('leave-group'), group, ttlSeconds }),
  z.strictObject({
    kind: z.literal('rejoin'),
    group,
    everySeconds: z.int().min(1).max(300),
    ttlSeconds,
  }),
  z.strictObject({ kind: z.literal('relay-stop'), ttlSeconds }),
  z.strictObject({ kind: z.literal('refuse-row'), ttlSeconds }),
]);
export const faultListSchema = z.strictObject({ faults: z.array(faultSchema).max(20) });

export type Fault = z.output<typeof faultSchema>;
/** A fault as `PUT /faults` takes it: what is left out has its default. */
export type FaultSetting = z.input<typeof faultSchema>;
export type ActiveFault = Fault & { readonly endsAt: string };

type Lasting = Extract<Fault, { ttlSeconds: number }>;
type OfKind<K extends Lasting['kind']> = Extract<Lasting, { kind: K }>;

export interface Faults {
  /** Replaces all faults; those that happen once, happen now. */
  set(faults: readonly Fault[]): void;
  clear(): void;
  list(): readonly ActiveFault[];
  /** @throws {KitError} `fault_injected` where an http-error fault strikes. */
  beforeRequest(route: string): Promise<void>;
  /** @throws {KitError} `fault_injected` where a handler-error fault strikes. */
  beforeEvent(eventType: string): Promise<void>;
  refusesReadiness(): boolean;
  /** The fault of this kind that is under way, if any, for parts that break themselves; of a consumer group, its own. */
  active<K extends Lasting['kind']>(kind: K, group?: string): OfKind<K> | undefined;
  /** As `active`, and with that the fault is over. */
  take<K extends Lasting['kind']>(kind: K): OfKind<K> | undefined;
  /** Calls back whenever faults begin or end. */
  onChange(listener: () => void): void;
}

/**
 * Where a service describes its API, and where it is asked from outside whether it is reached. Only a fault that names
 * it strikes it: what breaks the API need not hide how to use it.
 */
export const descriptionPath = '/openapi.json';

/** No faults can be set: what a service has unless FAULTS_ENABLED. */
export const noFaults: Faults = {
  set() {},
  clear() {},
  list: () => [],
  async beforeRequest() {},
  async beforeEvent() {},
  refusesReadiness: () => false,
  active: () => undefined,
  take: () => undefined,
  onChange() {},
};

/** Faults end by themselves, and touch neither probes nor metrics: those are served without asking here. */
export function createFaults(deps: { log: Log; clock: Clock }): Faults {
  let active: { fault: Lasting; endsAt: number }[] = [];
  const leaked: ArrayBuffer[] = [];
  const listeners: (() => void)[] = [];
  let nextEnd: NodeJS.Timeout | undefined;

  const giveBack = () => {
    // Frees each now: the garbage collector has no reason to come by as long as the heap itself is small.
    for (const memory of leaked.splice(0)) memory.transfer(0);
  };
  const alive = () => {
    const now = deps.clock.now().getTime();
    active = active.filter(({ endsAt }) => endsAt > now);
    if (!active.some(({ fault }) => fault.kind === 'leak-memory')) giveBack();
    return active;
  };
  const ofKind = <K extends Lasting['kind']>(kind: K) =>
    active.length === 0
      ? []
      : alive()
          .map(({ fault }) => fault)
          .filter((fault): fault is OfKind<K> => fault.kind === kind);
  const striking = <K extends Lasting['kind']>(kind: K, matches: (fault: OfKind<K>) => boolean) =>
    ofKind(kind).filter((fault) => matches(fault) && (!('ratio' in fault) || Math.random() < fault.ratio));
  const changed = () => {
    clearTimeout(nextEnd);
    const ends = alive().map(({ endsAt }) => endsAt - deps.clock.now().getTime());
    if (ends.length > 0) nextEnd = setTimeout(changed, Math.min(...ends)).unref();
    for (const listener of listeners) listener();
  };
  const injected = (retryable: boolean, status: number) =>
    new KitError('fault_injected', 'A fault was injected here', { retryable, status });

  return {
    set(faults) {
      deps.log.warn({ faults }, 'faults set');
      const now = deps.clock.now().getTime();
      giveBack();
      active = faults.flatMap((fault) =>
        'ttlSeconds' in fault ? [{ fault, endsAt: now + fault.ttlSeconds * 1000 }] : [],
      );
      for (const fault of faults) {
        if (fault.kind === 'leak-memory') leaked.push(leak(fault.mebibytes));
        // After the answer to this request has left.
        if (fault.kind === 'block-event-loop') setTimeout(block, 50, fault.milliseconds);
        if (fault.kind === 'crash') setTimeout(crash, 50);
      }
      changed();
    },
    clear() {
      active = [];
      giveBack();
      deps.log.warn('faults cleared');
      changed();
    },
    list: () => alive().map(({ fault, endsAt }) => ({ ...fault, endsAt: new Date(endsAt).toISOString() })),
    async beforeRequest(route) {
      if (active.length === 0) return;
      const here = (fault: { route?: string | undefined }) =>
        fault.route === route || (!fault.route && route !== descriptionPath);
      for (const { milliseconds } of striking('http-latency', here)) await sleep(milliseconds);
      if (striking('http-error', here).length > 0) throw injected(false, 500);
    },
    async beforeEvent(type) {
      if (active.length === 0) return;
      const here = (fault: { eventType?: string | undefined }) =>
        !fault.eventType || fault.eventType === type;
      for (const { milliseconds } of striking('handler-latency', here)) await sleep(milliseconds);
      const [error] = striking('handler-error', here);
      if (error) throw injected(error.retryable, 500);
    },
    refusesReadiness: () => ofKind('not-ready').length > 0,
    active: (kind, group) =>
      ofKind(kind).find((fault) => !('group' in fault) || !fault.group || fault.group === group),
    take(kind) {
      const [taken] = ofKind(kind);
      if (taken) {
        active = active.filter(({ fault }) => fault !== taken);
        changed();
      }
      return taken;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/**
 * In one piece, and written to: glibc gives small pieces back to itself only, and the system does not count as resident
 * what was never touched.
 */
function leak(mebibytes: number): ArrayBuffer {
  return new Uint8Array(mebibytes * 1024 * 1024).fill(1).buffer;
}

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) Math.random();
}

function crash(): never {
  throw new Error('Crash injected by a fault');
}
