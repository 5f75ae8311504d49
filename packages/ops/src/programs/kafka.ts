import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { javaVersion } from './java.ts';

/** Where the broker's files are, below the root of the repository. */
export function kafkaFiles(root: string) {
  const dir = path.join(root, '.tocsin/kafka');
  return {
    dir,
    lib: path.join(dir, 'lib'),
    /** `-cp …` as a Java argument file: AppCDS needs the same class path, in the same order, each time. */
    classPathArgs: path.join(dir, 'class-path.args'),
    /** Loaded classes, kept for the next start: 40 % less CPU until the broker is ready. */
    classArchive: path.join(dir, 'classes.jsa'),
    /** An empty formatted data folder, to be copied: saves the second JVM on each first start. */
    formatted: path.join(dir, 'formatted'),
    stamp: path.join(dir, 'stamp'),
  };
}

/**
 * Fetches Kafka's jars through Maven and formats an empty data folder, once per version of
 * `tools/pom.xml` and of Java.
 * @throws Error that says what to install when Java or Maven is missing.
 */
export async function ensureKafka(root: string, report: (line: string) => void): Promise<void> {
  const files = kafkaFiles(root);
  const pom = path.join(root, 'tools/pom.xml');
  const wanted = createHash('sha256')
    .update(await readFile(pom))
    .update(await javaVersion())
    .update(root)
    .digest('hex');
  if (existsSync(files.stamp) && (await readFile(files.stamp, 'utf8')) === wanted) return;

  report("fetching Kafka's jars through Maven (44 MB, once) …");
  const fresh = `${files.dir}.${randomUUID()}`; // Two at once do not meet; the last one stays.
  try {
    await fetchJars(pom, path.join(fresh, 'lib'));
    await format(root, fresh);
    const jars = (await readdir(path.join(fresh, 'lib'))).sort().map((jar) => path.join(files.lib, jar));
    await writeFile(path.join(fresh, path.basename(files.classPathArgs)), `-cp\n"${jars.join(':')}"\n`);
    await writeFile(path.join(fresh, path.basename(files.stamp)), wanted);
    await rm(files.dir, { recursive: true, force: true });
    await rename(fresh, files.dir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fetchJars(pom: string, lib: string): Promise<void> {
  await mkdir(lib, { recursive: true });
  const goals = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`];
  await execa('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goals], { all: true });
}

async function format(root: string, dir: string): Promise<void> {
  const tool = ['-Xmx64m', '-XX:TieredStopAtLevel=1', '-cp', `${dir}/lib/*`, 'kafka.tools.StorageTool'];
  const config = path.join(root, 'deploy/local/kafka.properties');
  const place = { nodeId: 1, port: 1, controllerPort: 2, data: path.join(dir, 'formatted') };
  const env = brokerEnvironment(place);
  await execa('java', [...tool, 'format', '-t', '5L6g3nShT-eMCtK--X86sw', '-c', config], { env, all: true });
}

/** What one broker differs in. */
export interface BrokerPlace {
  nodeId: number;
  port: number;
  controllerPort: number;
  /** The folder of its records. */
  data: string;
}

/** What `deploy/local/kafka.properties` reads from a broker's environment. */
export function brokerEnvironment(
  { nodeId, port, controllerPort, data }: BrokerPlace,
  all: readonly Pick<BrokerPlace, 'nodeId' | 'controllerPort'>[] = [{ nodeId, controllerPort }],
): Record<string, string> {
  const voters = all.map((voter) => `${voter.nodeId}@127.0.0.1:${voter.controllerPort}`);
  return {
    KAFKA_NODE_ID: String(nodeId),
    KAFKA_PORT: String(port),
    KAFKA_CONTROLLER_PORT: String(controllerPort),
    KAFKA_DATA: data,
    KAFKA_VOTERS: voters.join(','),
    KAFKA_REPLICATION_FACTOR: String(Math.min(3, all.length)),
    KAFKA_MIN_IN_SYNC: String(Math.min(2, all.length)),
  };
}
