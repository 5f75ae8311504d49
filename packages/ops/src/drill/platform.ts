import type { Ports } from '../../../../deploy/local/ports.ts';
import type { ServiceFault } from './drill.ts';
import { clearFaults, setFaults } from './faults.ts';
import type { Stations } from './observe.ts';

/** The running platform as a drill needs it: where things are, how they are broken, and how that is undone. */
export interface Platform extends Repairer, Stations {
  /** Where a service answers. @throws when there is no such service. */
  httpUrl(service: string): Promise<string>;
  /** Sets faults in every process of a service. @throws when it is not broken afterwards, or nobody knows. */
  setFaults(service: string, faults: readonly ServiceFault[]): Promise<void>;
  /** Stops a part and keeps it down until it is released. */
  hold(part: string): Promise<void>;
  /** Lets a part stand still until it is thawed. @throws where that cannot be done. */
  freeze(part: string): Promise<void>;
  /** Kills every process of a part; what watches over it starts it again. */
  kill(part: string): Promise<void>;
}

/** Undoes what a drill has done; to undo it twice changes nothing. */
export interface Repairer {
  /** Whether there is such a part, or service. */
  has(part: string): Promise<boolean>;
  /** Clears the faults of every process of a service. @throws when it may still be broken. */
  clearFaults(service: string): Promise<void>;
  /** Lets a part go, and does not wait until it is up. A part that is not held is left as it is. */
  release(part: string): Promise<void>;
  /** Ends a part as a deployment does, and starts it again with its own settings, without waiting until it is up. */
  restart(part: string): Promise<void>;
  /** Lets a frozen part go on. */
  thaw(part: string): Promise<void>;
}

/** What is done to the parts of this machine. */
export type PartControl = Pick<Platform, 'hold' | 'release' | 'freeze' | 'thaw' | 'kill'>;

/** Our own services: those that have faults. */
export function serviceNames(ports: Ports): string[] {
  return Object.entries(ports).flatMap(([name, of]) => ('admin' in of ? [name] : []));
}

/**
 * The platform that listens on these ports of this machine.
 * @param parts the names of all.
 * @param ringsOurPager whether critical alerts go to our own pager.
 */
export function platformAt(
  ports: Ports,
  control: PartControl,
  { parts, ringsOurPager }: { parts: readonly string[]; ringsOurPager: boolean },
): Platform {
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const services = new Map(
    Object.entries(ports).flatMap(([name, of]) =>
      'admin' in of ? [[name, { httpUrl: url(of.http), adminUrl: url(of.admin) }] as const] : [],
    ),
  );
  const find = (name: string) => {
    const service = services.get(name);
    if (service) return service;
    throw new Error(`There is no service ${name}; there are ${[...services.keys()].join(', ')}`);
  };
  return {
    ...control,
    has: async (part) => parts.includes(part),
    restart: async (part) => {
      await control.hold(part);
      await control.release(part);
    },
    prometheusUrl: url(ports.prometheus.http),
    alertmanagerUrl: url(ports.alertmanager.http),
    chatopsUrl: url(ports.chatops.http),
    ...(ringsOurPager && { pagerUrl: url(ports.pager.http) }),
    httpUrl: async (service) => find(service).httpUrl,
    setFaults: async (service, faults) => setFaults(find(service).adminUrl, faults),
    clearFaults: async (service) => clearFaults(find(service).adminUrl),
  };
}
