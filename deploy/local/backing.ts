import { cpSync, existsSync } from 'node:fs';
import { ensureKafka, initPostgres, kafkaFiles, type Part, postgresPrograms, type Site } from '@tocsin/ops';

/** One broker that is its own controller. */
export function kafka({ root, dataDir, ports: { kafka: ports }, keepsClassArchive }: Site): Part {
  const files = kafkaFiles(root);
  const data = `${dataDir}/kafka`;
  const address = `127.0.0.1:${ports.broker}`;
  return {
    name: 'kafka',
    kind: 'process',
    fetch: (report) => ensureKafka(root, report),
    command: () => {
      const archive =
        keepsClassArchive && !existsSync(files.classArchive) ? 'ArchiveClassesAtExit' : 'SharedArchiveFile';
      return [
        ...['java', '-Xms64m', '-Xmx128m', '-Xss256k', '-XX:ReservedCodeCacheSize=48m'],
        ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-XX:${archive}=${files.classArchive}`],
        ...['-Xlog:disable', `-Dlog4j2.configurationFile=${root}/deploy/local/kafka-log4j2.properties`],
        ...[`@${files.classPathArgs}`, 'kafka.Kafka', `${root}/deploy/local/kafka.properties`],
      ];
    },
    env: {
      KAFKA_PORT: String(ports.broker),
      KAFKA_CONTROLLER_PORT: String(ports.controller),
      KAFKA_DATA: data,
    },
    ports: [ports.broker, ports.controller],
    url: address,
    provides: { KAFKA_BROKERS: address },
    ready: { tcp: ports.broker },
    live: { tcp: ports.broker },
    prepare: async () => {
      if (!existsSync(`${data}/meta.properties`)) cpSync(files.formatted, data, { recursive: true });
    },
    stopTimeoutMs: 30_000, // The first one writes the archive of its classes.
  };
}

export const superuserPassword = 'tocsin';

export function postgres({ dataDir, ports: { postgres: ports } }: Site): Part {
  const data = `${dataDir}/postgres`;
  const address = `127.0.0.1:${ports.sql}`;
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  return {
    name: 'postgres',
    kind: 'process',
    command: async () => [
      (await postgresPrograms()).postgres,
      ...['-D', data, '-p', String(ports.sql), ...settings.flatMap((setting) => ['-c', setting])],
    ],
    ports: [ports.sql],
    url: address,
    provides: { POSTGRES_URL: `postgres://postgres:${superuserPassword}@${address}/postgres` },
    ready: { postgres: ports.sql },
    live: { tcp: ports.sql },
    prepare: () => initPostgres(data, superuserPassword),
    user: 'postgres',
    stopSignal: 'SIGINT', // The fast shutdown; SIGTERM would wait for every client to leave.
  };
}
