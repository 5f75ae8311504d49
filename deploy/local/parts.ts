import { cpSync, existsSync } from 'node:fs';
import { initPostgres, kafkaFiles, type Part, postgresPrograms, type Site } from '@tocsin/ops';

/** Everything that `make up` runs, and that tests run on free ports. */
export async function declareParts(site: Site): Promise<Part[]> {
  return [kafka(site), await postgres(site)];
}

function kafka({ root, dataDir, ports: { kafka: ports }, keepsClassArchive }: Site): Part {
  const files = kafkaFiles(root);
  const memory = ['-Xms64m', '-Xmx128m', '-Xss256k', '-XX:ReservedCodeCacheSize=48m'];
  const archive =
    existsSync(files.classArchive) || !keepsClassArchive ? 'SharedArchiveFile' : 'ArchiveClassesAtExit';
  const quickStart = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-XX:${archive}=${files.classArchive}`];
  const log4j = `-Dlog4j2.configurationFile=${root}/deploy/local/kafka-log4j2.properties`;
  const data = `${dataDir}/kafka`;
  return {
    name: 'kafka',
    kind: 'process',
    command: [
      'java',
      ...[...memory, ...quickStart, '-Xlog:disable', log4j],
      ...[`@${files.classPathArgs}`, 'kafka.Kafka', `${root}/deploy/local/kafka.properties`],
    ],
    env: {
      KAFKA_PORT: String(ports.broker),
      KAFKA_CONTROLLER_PORT: String(ports.controller),
      KAFKA_DATA: data,
    },
    ports: [ports.broker, ports.controller],
    url: `127.0.0.1:${ports.broker}`,
    provides: { KAFKA_BROKERS: `127.0.0.1:${ports.broker}` },
    ready: { tcp: ports.broker },
    live: { tcp: ports.broker },
    prepare: async () => {
      if (!existsSync(`${data}/meta.properties`)) cpSync(files.formatted, data, { recursive: true });
    },
    stopTimeoutMs: 30_000,
  };
}

async function postgres({ dataDir, ports: { postgres: ports } }: Site): Promise<Part> {
  const data = `${dataDir}/postgres`;
  const url = `postgres://postgres:tocsin@127.0.0.1:${ports.sql}/postgres`;
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  return {
    name: 'postgres',
    kind: 'process',
    command: [
      (await postgresPrograms()).postgres,
      ...['-D', data, '-p', String(ports.sql), ...settings.flatMap((setting) => ['-c', setting])],
    ],
    ports: [ports.sql],
    url: `127.0.0.1:${ports.sql}`,
    provides: { POSTGRES_URL: url },
    ready: { postgres: ports.sql },
    live: { tcp: ports.sql },
    prepare: () => initPostgres(data, 'tocsin'),
    user: 'postgres',
    stopSignal: 'SIGINT', // The fast shutdown; SIGTERM would wait for every client to leave.
  };
}
