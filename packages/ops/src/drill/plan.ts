import { ports } from '../../../../deploy/local/ports.ts';
import { drillsOf, loadDrill, loadNegative, negativeNames } from './catalogue.ts';
import { breakagesOf, type Drill } from './drill.ts';
import type { NegativeDrill } from './negative/negative-drill.ts';
import { serviceNames } from './platform.ts';
import type { ProfileName } from './profile/profile.ts';

/**
 * Drills to perform one after the other. Those in which nothing may ring come first, with the rules as shipped: the
 * others leave burnt budgets behind.
 */
export interface Plan {
  readonly profile: ProfileName;
  readonly drills: readonly Drill[];
  readonly negatives: readonly NegativeDrill[];
}

/** What is asked for: one of `alert`, `group` and `all`. */
export interface Wanted {
  readonly alert?: string | undefined;
  /** The service that is to suffer. */
  readonly service?: string | undefined;
  /** The drills of a rule file, or `negative`. */
  readonly group?: string | undefined;
  readonly all: boolean;
  /** With the drill profile; groups always are, on the laptop. */
  readonly fast: boolean;
  /** Writes the figures to `alerts/drills/measured.json`. */
  readonly record: boolean;
  /** How often each. */
  readonly times: number;
}

/** @throws Error in words when there is no such drill, or when something that is asked for would change nothing. */
export async function planOf(wanted: Wanted, { onLaptop }: { onLaptop: boolean }): Promise<Plan> {
  const { alert, service, group, all, fast, times } = wanted;
  refuseContradictions(wanted);
  const repeated = <T>(list: readonly T[]) =>
    list.flatMap((each) => Array.from({ length: times }, () => each));
  const negative = group === 'negative' || (alert !== undefined && (await negativeNames()).includes(alert));
  if (negative) {
    refuseForNegatives(wanted);
    const negatives = alert === undefined ? await allNegatives() : [await loadNegative(alert)];
    return { profile: 'shipped', drills: [], negatives: repeated(negatives) };
  }
  if (fast && !onLaptop) throw new Error('A cluster keeps its rules: leave out FAST=1');
  if (alert === undefined) {
    const drills = await drillsOf(group);
    const negatives = all && onLaptop ? await allNegatives() : [];
    const profile = onLaptop ? 'drill' : 'shipped';
    return { profile, drills: repeated(drills), negatives: repeated(negatives) };
  }
  const drill = await loadDrill(alert, service);
  if (service !== undefined) refuseDeaf(drill, service);
  const profile = onLaptop && (fast || drill.needs?.history) ? 'drill' : 'shipped';
  return { profile, drills: repeated([drill]), negatives: [] };
}

function refuseContradictions({ alert, service, group, all }: Wanted): void {
  const which = [
    ...(alert === undefined ? [] : [`ALERT=${alert}`]),
    ...(group === undefined ? [] : [`GROUP=${group}`]),
    ...(all ? ['ALL=1'] : []),
  ];
  if (which.length === 0) {
    throw new Error('Say which: make drill ALERT=HighErrorRate, GROUP=messaging, GROUP=negative or ALL=1');
  }
  if (which.length > 1) throw new Error(`${which.join(' and ')} are too much at once: give one of them`);
  if (service !== undefined && alert === undefined) {
    throw new Error(`SERVICE=${service} goes with ALERT= only: of many, each has a service of its own`);
  }
}

function refuseForNegatives({ service, fast, record }: Wanted): void {
  const idle = [
    ...(service === undefined ? [] : [`SERVICE=${service}`]),
    ...(fast ? ['FAST=1'] : []),
    ...(record ? ['RECORD=1'] : []),
  ];
  if (idle.length === 0) return;
  const why = 'What must stay silent has its own services, the rules as shipped, and no figures';
  throw new Error(`${why}: leave out ${idle.join(' and ')}`);
}

/** A drill that does not heed the service breaks another one. */
function refuseDeaf(drill: Drill, service: string): void {
  const services = serviceNames(ports);
  if (!services.includes(service)) {
    throw new Error(`There is no service ${service}; there are ${services.join(', ')}`);
  }
  const broken = breakagesOf(drill).map((breakage) => {
    if ('service' in breakage) return breakage.service;
    return 'part' in breakage ? breakage.part : undefined;
  });
  if (broken.includes(service)) return;
  throw new Error(`The drill of ${drill.alert} breaks what it breaks, whatever SERVICE is: leave it out`);
}

/** Those in which something may ring come last: it may ring on while another of them is performed, and no other. */
async function allNegatives(): Promise<NegativeDrill[]> {
  const negatives = await Promise.all((await negativeNames()).map(loadNegative));
  return negatives.toSorted((a, b) => (a.mayRing?.length ?? 0) - (b.mayRing?.length ?? 0));
}
