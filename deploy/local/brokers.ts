import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type BrokerPlace,
  brokerEnvironment,
  ensureJmxExporter,
  ensureKafka,
  kafkaFiles,
  type Part,
  type Site,
} from '@tocsin/ops';

const names = ['kafka', 'kafka-2', 'kafka-3'] as const;

type BrokerSite = Pick<Site, 'brokers' | 'ports'>;

/** The brokers' parts; `kafka` alone unless the site wants three. */
export function brokerNames({ brokers }: BrokerSite): (typeof names)[number][] {
  return names.slice(0, brokers);
}

/** Where clients begin. */
export function bootstrapServers(site: BrokerSite): string {
  return brokerNames(site)
    .map((name) => `127.0.0.1:${site.ports[name].broker}`)
    .join(',');
}

/** Brokers that are controllers, too: one alone, or three that hold every record on all of them. */
export function brokers(site: Site): Part[] {
  const places = brokerNames(site).map((name, index) => ({
    name,
    nodeId: index + 1,
    port: site.ports[name].broker,
    controllerPort: site.ports[name].controller,
    data: `${site.dataDir}/${name}`,
  }));
  return places.map((place) => broker(site, place, places));
}

function broker(site: Site, place: BrokerPlace & { name: (typeof names)[number] }, all: BrokerPlace[]): Part {
  const { root } = site;
  const files = kafkaFiles(root);
  const { name, port } = place;
  const metricsPort = site.ports[name].metrics;
  return {
    name,
    kind: 'process',
    // The jars are the same for all; the first fetches them.
    ...(name === 'kafka' && { fetch: (report) => fetchBroker(root, report) }),
    command: async () => {
      const keepsArchive = site.keepsClassArchive && name === 'kafka' && !existsSync(files.classArchive);
      const archive = keepsArchive ? 'ArchiveClassesAtExit' : 'SharedArchiveFile';
      const agent = await ensureJmxExporter(root, console.error);
      return [
        ...['java', '-Xms64m', '-Xmx128m', '-Xss256k', '-XX:ReservedCodeCacheSize=48m'],
        ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-XX:${archive}=${files.classArchive}`],
        // Without these a JVM with an agent writes no archive; it warns that nobody should in production.
        ...['-XX:+UnlockDiagnosticVMOptions', '-XX:+AllowArchivingWithJavaAgent', '-XX:-PrintWarnings'],
        `-javaagent:${agent}=127.0.0.1:${metricsPort}:${root}/deploy/helm/kafka/files/jmx-exporter.yaml`,
        ...['-Xlog:disable', `-Dlog4j2.configurationFile=${root}/deploy/local/kafka-log4j2.properties`],
        ...[`@${files.classPathArgs}`, 'kafka.Kafka', `${root}/deploy/local/kafka.properties`],
      ];
    },
    env: brokerEnvironment(place, all),
    ports: [port, place.controllerPort, metricsPort],
    url: `127.0.0.1:${port}`,
    provides: { KAFKA_BROKERS: bootstrapServers(site) },
    ready: { tcp: port },
    live: { tcp: port },
    prepare: async () => prepareData(files.formatted, place),
    stopTimeoutMs: 30_000, // The first one writes the archive of its classes.
  };
}

async function fetchBroker(root: string, report: (line: string) => void): Promise<void> {
  await ensureKafka(root, report);
  await ensureJmxExporter(root, report);
}

/** A copy of the formatted folder, under the name of this node; its own id the broker gives it by itself. */
function prepareData(formatted: string, { data, nodeId }: BrokerPlace): void {
  const file = `${data}/meta.properties`;
  if (existsSync(file)) return;
  const meta = readFileSync(`${formatted}/meta.properties`, 'utf8');
  cpSync(formatted, data, { recursive: true });
  writeFileSync(
    file,
    meta.replace(/^node\.id=.*$/m, `node.id=${nodeId}`).replace(/^directory\.id=.*\n/m, ''),
  );
}
