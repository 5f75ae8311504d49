import path from 'node:path';
import { type Ports, ports } from '../../../../deploy/local/ports.ts';

/** Where a stack runs: the laptop's own places, or a test's. */
export interface Site {
  /** The root of the repository. */
  root: string;
  /** What the parts keep, a folder or file named after each. */
  dataDir: string;
  logDir: string;
  /** Files in it add to what blackbox_exporter asks. */
  probeDir: string;
  ports: Ports;
  /** How many there are of Kafka's brokers. */
  brokers: 1 | 3;
  /** The first broker leaves the archive of its classes for later ones; never from two at once. */
  keepsClassArchive: boolean;
}

/** The stack of `make up`. What was written with one broker is no use to three, so that each has data of its own. */
export function laptopSite(root: string, portOffset: number, brokers: Site['brokers'] = 1): Site {
  const state = path.join(root, '.tocsin');
  return {
    root,
    dataDir: path.join(state, brokers === 1 ? 'data' : `data-${brokers}-brokers`),
    logDir: path.join(state, 'logs'),
    probeDir: path.join(state, 'probe'),
    ports: shiftedPorts(portOffset),
    brokers,
    keepsClassArchive: true,
  };
}

/**
 * The ports of the laptop, each moved by PORT_OFFSET.
 * @throws Error when it is no whole number, or moves a port out of those that anybody may use.
 */
export function shiftedPorts(offset: number): Ports {
  const declared = Object.values(ports).flatMap((named) => Object.values(named));
  const [least, most] = [1024 - Math.min(...declared), 65_535 - Math.max(...declared)];
  if (Number.isInteger(offset) && offset >= least && offset <= most) return mapPorts((port) => port + offset);
  throw new Error(`PORT_OFFSET must be a whole number from ${least} to ${most}`);
}

/** A stack of a test, with its own folder and ports. */
export function testSite(
  root: string,
  dataDir: string,
  testPorts: Ports,
  brokers: Site['brokers'] = 1,
): Site {
  const logDir = path.join(dataDir, 'logs');
  const probeDir = path.join(dataDir, '.tocsin/probe');
  return { root, dataDir, logDir, probeDir, ports: testPorts, brokers, keepsClassArchive: false };
}

/** The table of ports with each number exchanged. */
export function mapPorts(exchange: (port: number) => number): Ports {
  const table = Object.entries(ports).map(([part, named]) => [
    part,
    Object.fromEntries(Object.entries(named).map(([name, port]) => [name, exchange(port)])),
  ]);
  return Object.fromEntries(table);
}
