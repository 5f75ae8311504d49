import type { DrillFor } from '@tocsin/ops';

/**
 * The shelves are empty, and the book says so: every service does what it should and every order is cancelled. Only the
 * shoppers know that something is wrong.
 */
export const drill: DrillFor = () => ({
  alert: 'JourneyFailing',
  group: 'flow',
  breaks: {
    kind: 'acts',
    does: 'all stock was taken away',
    async break({ sql }) {
      await sql('inventory', kept);
      // Locked first: of an order that is decided meanwhile no unit is lost.
      await sql(
        'inventory',
        `with level as (select sku, available from stock where available > 0 order by sku for update),
         taken as (insert into drill_stock select sku, available from level on conflict do nothing returning sku)
         update stock set available = 0 from taken where stock.sku = taken.sku`,
      );
    },
    async repair({ sql }) {
      await sql('inventory', kept);
      await sql(
        'inventory',
        `with taken as (delete from drill_stock returning sku, available)
         update stock set available = stock.available + taken.available from taken where stock.sku = taken.sku`,
      );
      await sql('inventory', 'drop table drill_stock');
    },
  },
  raises: { alertname: 'JourneyFailing', severity: 'critical', namespace: 'tocsin', service: 'traffic' },
  says: ['JourneyFailing', 'their order did not end as it should', 'the limit is 5%'],
  silent: ['HighErrorRate', 'HighLatencyP99', 'OrdersStuck', 'OrdersTooSlow', 'ReconciliationMismatch'],
  // Five failures at two journeys a second, a scrape, an evaluation; `for`; the group wait. The window is a minute.
  within: {
    pending: 25,
    firing: 150,
    alertmanager: 152,
    webhook: 160,
    message: 160,
    cleared: 85,
    resolved: 110,
  },
  unscaledSeconds: 5,
});

const kept = 'create table if not exists drill_stock (sku text primary key, available bigint not null)';
