import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { buildWithGo } from './build-with-go.ts';
import { unpackDebianPackage } from './unpack-debian-package.ts';

/** A program that we neither write nor bring by npm, and the three places it may come from. */
export interface OutsideProgram {
  /** What it may be called on the PATH; Debian has a name of its own for one of them. */
  names: readonly string[];
  /** Rules, tests and flags keep to what this version and all later ones understand. */
  oldest: readonly [major: number, minor: number];
  debianPackage: string;
  /** The folder below `tools/` with the Go module that pins it, and its package there. */
  goModule: string;
  goPackage: string;
}

const prometheus = { oldest: [2, 42], debianPackage: 'prometheus', goModule: 'prometheus' } as const;
const alertmanager = {
  oldest: [0, 25],
  debianPackage: 'prometheus-alertmanager',
  goModule: 'alertmanager',
} as const;

const outsidePrograms = {
  prometheus: {
    ...prometheus,
    names: ['prometheus'],
    goPackage: 'github.com/prometheus/prometheus/cmd/prometheus',
  },
  promtool: {
    ...prometheus,
    names: ['promtool'],
    goPackage: 'github.com/prometheus/prometheus/cmd/promtool',
  },
  alertmanager: {
    ...alertmanager,
    names: ['alertmanager', 'prometheus-alertmanager'],
    goPackage: 'github.com/prometheus/alertmanager/cmd/alertmanager',
  },
  amtool: {
    ...alertmanager,
    names: ['amtool'],
    goPackage: 'github.com/prometheus/alertmanager/cmd/amtool',
  },
} satisfies Record<string, OutsideProgram>;

export type ProgramName = keyof typeof outsidePrograms;

const repository = path.resolve(import.meta.dirname, '../../../..');

/**
 * The path of a program: the machine's own when it is recent enough, else the one in `.tocsin/bin`, which is
 * fetched first when it is not there.
 * @throws Error that says what to install when it cannot be had.
 */
export async function findProgram(
  name: ProgramName,
  options: { root?: string; report?: (line: string) => void } = {},
): Promise<string> {
  const { root = repository, report = console.error } = options;
  const there = await lookFor(name, root);
  if (there) return there;

  const program = outsidePrograms[name];
  const bin = path.join(root, '.tocsin/bin');
  const ours = path.join(bin, name);
  const unpacked = await unpackDebianPackage(program.debianPackage, placesInPackage(program, bin), report);
  if (unpacked && (await recentEnough(ours, program))) return ours;
  if (await buildWithGo(program, ours, { root, report })) return ours;
  await rm(ours, { force: true });
  throw new Error(
    `${name} ${program.oldest.join('.')} or later is not on the PATH. \`make doctor\` says how to install it.`,
  );
}

/** Whether it is on this machine, so that nothing has to be fetched. */
export async function isThere(name: ProgramName, root: string): Promise<boolean> {
  return (await lookFor(name, root)) !== undefined;
}

async function lookFor(name: ProgramName, root: string): Promise<string | undefined> {
  const program = outsidePrograms[name];
  for (const onPath of program.names.flatMap(placesOnPath)) {
    if (await recentEnough(onPath, program)) return onPath;
  }
  const ours = path.join(root, '.tocsin/bin', name);
  return existsSync(ours) ? ours : undefined;
}

/** Whoever needs one program of a package soon needs the other. */
function placesInPackage({ debianPackage }: OutsideProgram, bin: string) {
  return Object.entries(outsidePrograms)
    .filter(([, program]) => program.debianPackage === debianPackage)
    .map(([name, { names }]) => ({ names, target: path.join(bin, name) }));
}

function placesOnPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).filter((file) => existsSync(file));
}

/** Some versions say theirs on standard error. */
async function recentEnough(file: string, { oldest }: OutsideProgram): Promise<boolean> {
  const { all } = await execa(file, ['--version'], { all: true, reject: false, timeout: 10_000 });
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(all ?? '') ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}
