import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { execa } from 'execa';
import prettyBytes from 'pretty-bytes';
import { declareParts } from '../../../../deploy/local/parts.ts';
import { isThere } from '../programs/find-program.ts';
import { javaVersion } from '../programs/java.ts';
import { kafkaFiles } from '../programs/kafka.ts';
import type { ProgramName } from '../programs/outside-programs.ts';
import { statusIfUp } from '../stack/control.ts';
import { runRecord } from '../stack/run-record.ts';
import { laptopSite } from '../stack/site.ts';
import { takenPorts } from '../stack/taken-ports.ts';
import { installLine } from './install-line.ts';

/** What was found of one thing that the platform needs. */
export interface Finding {
  what: string;
  state: 'fine' | 'missing' | 'unneeded';
  detail: string;
  /** The line that puts it right. */
  cure?: string;
}

const exporters = ['node_exporter', 'postgres_exporter', 'blackbox_exporter', 'pushgateway'] as const;
const neededMemoryBytes = 3e9;
const neededDiskBytes = 3e9;

/** Looks at this machine, and changes nothing. */
export async function examine(root: string, portOffset: number): Promise<Finding[]> {
  const apt = await answers('apt-get', '--version');
  const go = await answers('go', 'version');
  return [
    { what: 'Node', state: 'fine', detail: `${process.version}, from the npm packages` },
    await java(),
    await maven(root),
    await monitoring('prometheus', 'Prometheus', ['prometheus'], root, { apt, go }),
    await monitoring('alertmanager', 'Alertmanager', ['alertmanager'], root, { apt, go }),
    await monitoring('exporters', 'exporters', exporters, root, { apt, go }),
    goFinding(go),
    await ports(root, portOffset),
    amount('memory', os.totalmem(), neededMemoryBytes),
    await disk(root),
  ];
}

async function java(): Promise<Finding> {
  try {
    const [version = ''] = (await javaVersion()).split('\n');
    return { what: 'Java', state: 'fine', detail: version };
  } catch {
    return {
      what: 'Java',
      state: 'missing',
      detail: '17 or later, for Kafka',
      cure: await installLine('java'),
    };
  }
}

async function maven(root: string): Promise<Finding> {
  const detail = "fetches Kafka's jars";
  if (await answers('mvn', '--version')) return { what: 'Maven', state: 'fine', detail };
  if (existsSync(kafkaFiles(root).stamp))
    return { what: 'Maven', state: 'unneeded', detail: 'the jars are there' };
  return { what: 'Maven', state: 'missing', detail, cure: await installLine('maven') };
}

/** Ours, or to be unpacked, or to be built: Go is only asked for where nothing else is left. */
async function monitoring(
  toInstall: 'prometheus' | 'alertmanager' | 'exporters',
  what: string,
  programs: readonly ProgramName[],
  root: string,
  { apt, go }: { apt: boolean; go: boolean },
): Promise<Finding> {
  const there = await Promise.all(programs.map((program) => isThere(program, root)));
  const missing = programs.filter((_, index) => !there[index]);
  if (missing.length === 0) return { what, state: 'fine', detail: 'there' };
  const list = missing.join(', ');
  if (apt) return { what, state: 'fine', detail: `\`make up\` unpacks Debian's ${list} into .tocsin` };
  if (go) return { what, state: 'fine', detail: `\`make up\` builds ${list} with Go: minutes` };
  const detail = `${list}: neither on the PATH, nor apt to unpack, nor Go to build`;
  return { what, state: 'missing', detail, cure: await installLine(toInstall) };
}

function goFinding(go: boolean): Finding {
  const detail = 'builds Prometheus, Alertmanager and the exporters where they cannot be had otherwise';
  return { what: 'Go', state: go ? 'fine' : 'unneeded', detail };
}

async function ports(root: string, portOffset: number): Promise<Finding> {
  if (await statusIfUp())
    return { what: 'ports', state: 'fine', detail: 'in use by the platform, which is up' };
  const left = await runRecord(root).survivors();
  if (left.length > 0) {
    const detail = 'in use by what a killed supervisor has left; `make up` and `make down` end it';
    return { what: 'ports', state: 'fine', detail };
  }
  const taken = await takenPorts(declareParts(laptopSite(root, portOffset)).flatMap((part) => part.ports));
  if (taken.length === 0) return { what: 'ports', state: 'fine', detail: 'all free' };
  const detail = taken
    .map(({ port, owner }) => `${port} is taken by ${owner ?? 'another process'}`)
    .join('; ');
  return { what: 'ports', state: 'missing', detail, cure: `make up PORT_OFFSET=${portOffset + 1000}` };
}

async function disk(root: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  return amount('disk', bavail * bsize, neededDiskBytes);
}

function amount(what: string, bytes: number, neededBytes: number): Finding {
  const detail = `${prettyBytes(bytes)}, of which ${prettyBytes(neededBytes)} are needed`;
  return { what, state: bytes >= neededBytes ? 'fine' : 'missing', detail };
}

async function answers(program: string, ...args: string[]): Promise<boolean> {
  return !(await execa(program, args, { reject: false })).failed;
}
