import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/**
 * The agent that makes metrics of a broker's own numbers, as `tools/jmx-exporter/pom.xml` pins it: fetched through
 * Maven when it is not there, and refused when it is not the pinned bytes.
 * @returns the path of its jar.
 */
export async function ensureJmxExporter(root: string, report: (line: string) => void): Promise<string> {
  const pom = path.join(root, 'tools/jmx-exporter/pom.xml');
  const pinned = pinnedIn(await readFile(pom, 'utf8'));
  const dir = path.join(root, '.tocsin/jmx-exporter');
  const jar = path.join(dir, `jmx_prometheus_javaagent-${pinned('agent.version')}.jar`);
  if (existsSync(jar)) return jar;

  report("fetching the agent of the broker's metrics through Maven (3 MB, once) …");
  const fresh = path.join(dir, randomUUID()); // Two at once do not meet.
  try {
    await mkdir(fresh, { recursive: true });
    const goals = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`];
    await execa('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goals], { all: true });
    const [name = ''] = await readdir(fresh);
    const found = createHash('sha256')
      .update(await readFile(path.join(fresh, name)))
      .digest('hex');
    if (found !== pinned('agent.sha256'))
      throw new Error(`${name} has the SHA-256 ${found}, not the pinned one`);
    await rename(path.join(fresh, name), jar);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return jar;
}

function pinnedIn(pom: string) {
  return (property: string): string => {
    const value = new RegExp(`<${property}>([^<]+)<`).exec(pom)?.[1];
    if (!value) throw new Error(`tools/jmx-exporter/pom.xml does not say ${property}`);
    return value;
  };
}
