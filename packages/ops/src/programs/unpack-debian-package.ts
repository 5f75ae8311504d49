import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExecaError, execa } from 'execa';

/**
 * Takes programs out of their Debian package, without root and without installing anything.
 * @param targets where each is to be, by the names that it may have in the package.
 * @returns false where there is no apt or no such package.
 */
export async function unpackDebianPackage(
  debianPackage: string,
  targets: readonly { names: readonly string[]; target: string }[],
  report: (line: string) => void,
): Promise<boolean> {
  if ((await execa('apt-get', ['--version'], { reject: false })).failed) return false;
  report(`unpacking Debian's package ${debianPackage} into .tocsin/bin …`);
  const work = await mkdtemp(path.join(tmpdir(), 'tocsin-deb-'));
  try {
    await download(debianPackage, work);
    const [archive] = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    await execa('dpkg', ['-x', `${work}/${archive}`, `${work}/files`]);
    const programs = await readdir(`${work}/files/usr/bin`);
    for (const { names, target } of targets) {
      const name = programs.find((candidate) => names.includes(candidate));
      if (!name) continue;
      const program = await readFile(`${work}/files/usr/bin/${name}`);
      await mkdir(path.dirname(target), { recursive: true });
      if (program.includes(templates.debian))
        await moveTemplates(`${work}/files`, program, path.dirname(target));
      await place(program, target);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    report(`  ${error.shortMessage}`);
    return false;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Debian's Alertmanager does not start without its templates, in a folder that only root can make. The path in the
 * program gives way to one of the same length, relative to the root of the repository, where we run it.
 */
const templates = {
  debian: '/usr/share/prometheus/alertmanager',
  ours: '.tocsin/bin/alertmanager-templates',
};

async function moveTemplates(files: string, program: Buffer, bin: string): Promise<void> {
  for (let at = program.indexOf(templates.debian); at >= 0; at = program.indexOf(templates.debian, at)) {
    program.write(templates.ours, at, 'latin1');
  }
  const folder = path.join(bin, path.basename(templates.ours));
  await cp(path.join(files, templates.debian), folder, { recursive: true });
}

/** Whole or not at all, even when two come at once. */
async function place(program: Buffer, target: string): Promise<void> {
  await writeFile(`${target}.${process.pid}`, program, { mode: 0o755 });
  await rename(`${target}.${process.pid}`, target);
}

/** With the machine's package lists; where there are none, or old ones, with lists of our own. */
async function download(debianPackage: string, work: string): Promise<void> {
  const settings = { cwd: work, timeout: 120_000 };
  const first = await execa('apt-get', ['-q', 'download', debianPackage], { ...settings, reject: false });
  if (!first.failed) return;
  const lists = path.join(work, 'apt');
  await mkdir(`${lists}/lists/partial`, { recursive: true });
  const ownLists = [
    '-q',
    `-oDir::State=${lists}`,
    '-oDir::State::status=/var/lib/dpkg/status',
    `-oDir::Cache=${lists}`,
  ];
  await execa('apt-get', [...ownLists, 'update'], settings);
  await execa('apt-get', [...ownLists, 'download', debianPackage], settings);
}
