import type { Database } from '@tocsin/kit';
import type { DrillFor } from '@tocsin/ops';

type Connection = Awaited<ReturnType<Database['dedicated']>>;

const wanted = 0.9;
/** They end with this process at the latest. */
let held: Connection[] = [];

/** So many connections are opened, and left idle, that nine in ten are taken. */
export const drill: DrillFor = () => ({
  alert: 'PostgresConnectionsNearLimit',
  group: 'backing',
  breaks: {
    kind: 'acts',
    does: `connections opened until ${wanted * 100}% were taken`,
    async break({ superuserSql, database }) {
      const [{ open, allowed } = {}] = await superuserSql(
        `select (select count(*) from pg_stat_activity where datname is not null)::int as open,
           current_setting('max_connections')::int as allowed`,
      );
      const orders = database('orders');
      held = await Promise.all(
        Array.from({ length: Math.ceil(wanted * Number(allowed)) - Number(open) }, () => orders.dedicated()),
      );
    },
    async repair() {
      await Promise.all(held.splice(0).map((connection) => connection.end()));
    },
  },
  raises: {
    alertname: 'PostgresConnectionsNearLimit',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'postgres',
  },
  says: ['PostgresConnectionsNearLimit', 'the limit is 80%'],
  silent: ['PostgresDown', 'HighErrorRate'],
  // A scrape, an evaluation, `for` a minute, the group wait of warnings.
  within: {
    pending: 15,
    firing: 76,
    alertmanager: 77,
    webhook: 110,
    message: 110,
    cleared: 15,
    resolved: 80,
  },
});
