import type { Part, Site } from '@tocsin/ops';
import { bootstrapServers, brokerNames } from './brokers.ts';
import { superuserUrl } from './postgres.ts';

/** Creates the topics of the contracts. */
export function topics(site: Site): Part {
  return {
    name: 'topics',
    kind: 'job',
    command: () => [process.execPath, `${site.root}/packages/ops/src/cli.ts`, 'topics'],
    env: { KAFKA_BROKERS: bootstrapServers(site) },
    ports: [],
    after: brokerNames(site),
  };
}

/** The services that keep their data in Postgres. */
export const withDatabase: readonly string[] = [
  'customers',
  'orders',
  'inventory',
  'payments',
  'shipping',
  'notifications',
];

/** Creates a database and a role for each service that keeps data. */
export function databases(site: Site): Part {
  return {
    name: 'databases',
    kind: 'job',
    command: () => [process.execPath, `${site.root}/packages/ops/src/cli.ts`, 'databases'],
    env: {
      POSTGRES_URL: superuserUrl(site.ports.postgres.sql),
      DATABASE_URLS: withDatabase.map((service) => databaseUrl(site, service)).join(','),
    },
    ports: [],
    after: ['postgres'],
  };
}

/** Looks each minute for orders that were lost or done twice, and at the consumer groups more often. */
export function reconcile(site: Site): Part {
  const { root, ports } = site;
  return {
    name: 'reconcile',
    kind: 'process',
    command: () => [
      ...[process.execPath, '--disable-warning=ExperimentalWarning'],
      ...['--max-semi-space-size=1', '--max-old-space-size=64'],
      ...[`${root}/packages/ops/src/cli.ts`, 'reconcile', '--every=60s', '--since=15m', '--until=5m'],
    ],
    env: {
      KAFKA_BROKERS: bootstrapServers(site),
      BANK_URL: `http://127.0.0.1:${ports.bank.http}`,
      PUSHGATEWAY_URL: `http://127.0.0.1:${ports.pushgateway.http}`,
      NODE_COMPILE_CACHE: `${root}/.tocsin/cache/node`,
    },
    ports: [],
    // What Kafka does not answer yet it asks for again; the rest it should not have to miss at its first run.
    after: ['topics', 'bank', 'pushgateway'],
  };
}

/** A service's own database, with a role and a password of its own. */
export function databaseUrl({ ports }: Pick<Site, 'ports'>, service: string): string {
  return `postgres://${service}:${service}-secret@127.0.0.1:${ports.postgres.sql}/${service}`;
}
