import type { Database } from '@tocsin/kit';
import type { DrillFor } from '@tocsin/ops';

type Connection = Awaited<ReturnType<Database['dedicated']>>;

/** It ends with this process at the latest. */
let forgetful: Connection | undefined;

/** A client begins a transaction in the database of orders, reads something, and forgets to end it. */
export const drill: DrillFor = () => ({
  alert: 'PostgresLongTransaction',
  group: 'backing',
  breaks: {
    kind: 'acts',
    does: 'a transaction left open in the database of orders',
    async break({ database }) {
      forgetful = await database('orders').dedicated();
      await forgetful.query('begin');
      await forgetful.query('select 1');
    },
    async repair() {
      await forgetful?.end();
      forgetful = undefined;
    },
  },
  raises: {
    alertname: 'PostgresLongTransaction',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'postgres',
    datname: 'orders',
  },
  says: ['PostgresLongTransaction', 'orders', 'the limit is 5 minutes'],
  silent: ['PostgresDown', 'HighErrorRate'],
  // It has to grow old first; then it fires at once, and the group wait of warnings is left.
  within: {
    firing: 315,
    alertmanager: 316,
    webhook: 350,
    message: 350,
    cleared: 15,
    resolved: 80,
  },
});
