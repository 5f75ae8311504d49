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

const withDatabase = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];

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

/** A service's own database, with a role and a password of its own. */
export function databaseUrl({ ports }: Pick<Site, 'ports'>, service: string): string {
  return `postgres://${service}:${service}-secret@127.0.0.1:${ports.postgres.sql}/${service}`;
}
