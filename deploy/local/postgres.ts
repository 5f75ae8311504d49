import { initPostgres, type Part, postgresPrograms, type Site } from '@tocsin/ops';

const superuserPassword = 'tocsin';

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
    provides: { POSTGRES_URL: superuserUrl(ports.sql) },
    ready: { postgres: ports.sql },
    live: { tcp: ports.sql },
    prepare: () => initPostgres(data, superuserPassword),
    user: 'postgres',
    stopSignal: 'SIGINT', // The fast shutdown; SIGTERM would wait for every client to leave.
  };
}

export function superuserUrl(port: number): string {
  return `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/postgres`;
}
