import { readFileSync } from 'node:fs';
import type { Part, Site } from '@tocsin/ops';
import { bootstrapServers } from './brokers.ts';
import { databaseUrl } from './jobs.ts';
import type { ServiceName } from './ports.ts';

/** Our own services, each with what it must know of its neighbours. */
export function services(site: Site): Part[] {
  const { ports, dataDir } = site;
  const url = (name: ServiceName) => `http://127.0.0.1:${ports[name].http}`;
  const stateful = (name: ServiceName, env = {}) => eventDriven(site, name, env);
  return [
    stateful('customers'),
    stateful('orders'),
    stateful('inventory'),
    stateful('payments', { BANK_URL: url('bank') }),
    stateful('shipping'),
    stateful('notifications', { CUSTOMERS_URL: url('customers'), ORDERS_URL: url('orders') }),
    service(site, 'bank', { env: { SQLITE_PATH: `${dataDir}/bank/ledger.sqlite` } }),
    service(site, 'chatops', {
      env: {
        SQLITE_PATH: `${dataDir}/chatops/room.sqlite`,
        ALERTMANAGER_URL: `http://127.0.0.1:${ports.alertmanager.http}`,
        PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus.http}`,
      },
    }),
    service(site, 'traffic', {
      env: { CUSTOMERS_URL: url('customers'), ORDERS_URL: url('orders') },
      after: ['customers', 'orders', 'inventory', 'payments', 'shipping', 'bank'],
    }),
  ];
}

/** A service on Kafka, with a database of its own. */
function eventDriven(site: Site, name: ServiceName, env: Record<string, string>): Part {
  return service(site, name, {
    env: {
      KAFKA_BROKERS: bootstrapServers(site),
      DATABASE_URL: databaseUrl(site, name),
      ...env,
    },
    after: ['topics', 'databases'],
  });
}

function service(
  { root, ports }: Site,
  name: ServiceName,
  { env, after = [] }: { env: Record<string, string>; after?: string[] },
): Part {
  const { http, admin } = ports[name];
  const small = ['--max-semi-space-size=1', '--max-old-space-size=96'];
  return {
    name,
    kind: 'process',
    command: () => [
      ...[process.execPath, '--disable-warning=ExperimentalWarning', ...small],
      `${root}/services/${name}/src/main.ts`,
    ],
    env: {
      HOST: '127.0.0.1',
      HTTP_PORT: String(http),
      ADMIN_PORT: String(admin),
      FAULTS_ENABLED: 'true',
      RELEASE: release(root),
      // Nobody holds it to that here; the alert about memory is to work all the same.
      MEMORY_LIMIT_BYTES: String(256 * 1024 * 1024),
      NAMESPACE: 'tocsin',
      PUSHGATEWAY_URL: `http://127.0.0.1:${ports.pushgateway.http}`,
      // Keeps compiled modules: each start takes a sixth less CPU.
      NODE_COMPILE_CACHE: `${root}/.tocsin/cache/node`,
      ...env,
    },
    ports: [http, admin],
    url: `http://127.0.0.1:${http}`,
    ready: { http: `http://127.0.0.1:${admin}/readyz` },
    live: { http: `http://127.0.0.1:${admin}/livez` },
    after,
  };
}

function release(root: string): string {
  return (JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string }).version;
}
