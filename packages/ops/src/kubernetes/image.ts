import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/** What the charts call it, without its tag. */
export const imageRepository = 'tocsin/platform';

export interface BuiltImage {
  /**
   * With its tag, as `docker run` and `kind load docker-image` take it. The tag tells contents apart, so that a chart that
   * is given another one replaces its pods, and a commit that changes nothing in the image replaces none.
   */
  name: string;
  /** The same with the plain version for its tag: what the charts name by default. */
  ofVersion: string;
}

/**
 * Builds the one image from deploy/images/Dockerfile. What has to be fetched is fetched here, by npm and Maven with
 * their caches and settings: the engine needs no network.
 * @throws ExecaError with the words of npm, Maven or Docker when one of them fails.
 */
export async function buildImage(options: {
  root: string;
  report: (line: string) => void;
  /** The program; it finds its engine as ever. */
  docker?: string;
}): Promise<BuiltImage> {
  const { root, report, docker = 'docker' } = options;
  await prepare(root, report);
  report('building the image …');
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const revision = await execa('git', ['rev-parse', 'HEAD'], { cwd: root, reject: false });
  const args = {
    VERSION: version,
    ...(revision.failed ? {} : { REVISION: revision.stdout }),
  };
  const ofVersion = `${imageRepository}:${version}`;
  const { stdout: id } = await execa(
    docker,
    [
      // With a name from its first moment: what has none, another run may clear away.
      ...['build', '--quiet', '--tag', ofVersion, '--file', 'deploy/images/Dockerfile'],
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      '.',
    ],
    { cwd: root, stderr: 'pipe' },
  );
  const name = `${imageRepository}:${version}-${await contentsOf(docker, id)}`;
  await execa(docker, ['tag', id, name]);
  return { name, ofVersion };
}

/**
 * Of its layers and how it is run, without its labels, which say from which commit it comes, and without the last layer:
 * the modules compiled ahead, which follow from the others and are different bytes in every build.
 */
async function contentsOf(docker: string, id: string): Promise<string> {
  const { stdout } = await execa(docker, ['image', 'inspect', id, '--format', '{{json .}}']);
  const { RootFS, Config: config } = JSON.parse(stdout) as { RootFS: { Layers: string[] }; Config: object };
  const contents = JSON.stringify([
    RootFS.Layers.slice(0, -1),
    { ...config, Labels: undefined, Image: undefined },
  ]);
  return createHash('sha256').update(contents).digest('hex').slice(0, 12);
}

/** Fills `.tocsin/image`, which the Dockerfile takes instead of fetching; once per lock and per pom. */
async function prepare(root: string, report: (line: string) => void): Promise<void> {
  const folder = path.join(root, '.tocsin/image');
  const lock = path.join(root, 'package-lock.json');
  const stamp = path.join(folder, 'prepared-for.json');
  if (!(await sameContents(stamp, lock))) {
    report('fetching what the services need at run time through npm …');
    await rm(folder, { recursive: true, force: true });
    for await (const manifest of glob(['package*.json', '{packages,services}/*/package.json'], {
      cwd: root,
    })) {
      await mkdir(path.join(folder, path.dirname(manifest)), { recursive: true });
      await copyFile(path.join(root, manifest), path.join(folder, manifest));
    }
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const runtime = ['--omit=dev', '--omit=optional', '--ignore-scripts'];
    await execa('npm', ['install', ...runtime, ...quiet], { cwd: folder, all: true });
    await rename(path.join(folder, 'package-lock.json'), stamp);
  }
  await fetchJmxExporter(root, folder, report);
}

/** Without Maven it is fetched, and in any case checked, while the image is built. */
async function fetchJmxExporter(root: string, folder: string, report: (line: string) => void): Promise<void> {
  const pom = path.join(root, 'tools/jmx-exporter/pom.xml');
  const stamp = path.join(folder, 'prepared-for.xml');
  if (await sameContents(stamp, pom)) return;
  if ((await execa('mvn', ['--version'], { reject: false })).failed) return;
  report("fetching the broker's JMX exporter through Maven …");
  const goals = ['dependency:copy-dependencies', '-Dmdep.stripVersion=true', `-DoutputDirectory=${folder}`];
  await execa('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goals], { all: true });
  await copyFile(pom, stamp);
}

async function sameContents(one: string, other: string): Promise<boolean> {
  if (!existsSync(one)) return false;
  const [first, second] = await Promise.all([readFile(one), readFile(other)]);
  return first.equals(second);
}
