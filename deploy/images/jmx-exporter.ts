// Puts the JMX exporter that tools/jmx-exporter/pom.xml pins at the path given, unless it is there, and checks it.
// Runs while the image is built, where there is no Maven.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [target = 'jmx_prometheus_javaagent.jar'] = process.argv.slice(2);
const repository = process.env.MAVEN_REPOSITORY || 'https://repo1.maven.org/maven2';

const pom = readFileSync(path.join(import.meta.dirname, '../../tools/jmx-exporter/pom.xml'), 'utf8');
const pinned = (property: string) => {
  const value = new RegExp(`<${property}>([^<]+)<`).exec(pom)?.[1];
  if (!value) throw new Error(`tools/jmx-exporter/pom.xml does not say ${property}`);
  return value;
};
const version = pinned('agent.version');

if (!existsSync(target)) {
  const artifact = `io/prometheus/jmx/jmx_prometheus_javaagent/${version}/jmx_prometheus_javaagent-${version}.jar`;
  const response = await fetch(`${repository}/${artifact}`, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  writeFileSync(target, await response.bytes());
}
const found = createHash('sha256').update(readFileSync(target)).digest('hex');
if (found !== pinned('agent.sha256'))
  throw new Error(`${target} has the SHA-256 ${found}, not the pinned one`);
