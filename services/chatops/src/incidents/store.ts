import type { DatabaseSync } from 'node:sqlite';
import type { Group, Incident, Severity } from './incident.ts';

interface IncidentFilter {
  readonly status?: Incident['status'] | undefined;
  readonly service?: string | undefined;
  readonly limit: number;
}

/** The tables `incidents` and `deliveries`. */
export interface IncidentStore {
  save(incident: Incident): void;
  find(id: string): Incident | undefined;
  /** Newest first. */
  list(filter: IncidentFilter): Incident[];
  /** Open ones, oldest first. */
  open(): Incident[];
  countOpen(): ReadonlyMap<Severity, number>;
  latestOf(group: Group): Incident | undefined;
  countSince(group: Group, since: Date): number;
  /** False where the same was delivered before. */
  rememberDelivery(key: string, group: Group, receivedAt: string): boolean;
  /** Listens to the group again as if nothing had been delivered. */
  forgetDeliveriesOf(group: Group): void;
  forgetDeliveriesBefore(time: Date): void;
  /** Removes what was resolved and came before `time`. */
  removeResolvedBefore(time: Date): number;
}

export function createIncidentStore(database: DatabaseSync): IncidentStore {
  const upsert = database.prepare(
    `insert into incidents (id, namespace, service, alert, status, received_at, document)
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set status = excluded.status, document = excluded.document`,
  );
  const select = database.prepare(
    `select document from incidents
     where status = coalesce(?, status) and service = coalesce(?, service)
     order by received_at desc, id desc limit ?`,
  );
  const selectOne = database.prepare('select document from incidents where id = ?');
  const selectOpen = database.prepare(
    "select document from incidents where status = 'firing' order by received_at, id",
  );
  const selectLatest = database.prepare(
    `select document from incidents where namespace = ? and service = ? and alert = ?
     order by received_at desc, id desc limit 1`,
  );
  const count = database.prepare(
    `select count(*) as count from incidents
     where namespace = ? and service = ? and alert = ? and received_at >= ?`,
  );
  const insertDelivery = database.prepare(
    `insert into deliveries (key, namespace, service, alert, received_at) values (?, ?, ?, ?, ?)
     on conflict do nothing`,
  );
  const deleteDeliveriesOf = database.prepare(
    'delete from deliveries where namespace = ? and service = ? and alert = ?',
  );
  const deleteDeliveriesBefore = database.prepare('delete from deliveries where received_at < ?');
  const deleteResolved = database.prepare(
    "delete from incidents where status = 'resolved' and received_at < ?",
  );

  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.document)) as Incident;
  const key = ({ namespace, service, alert }: Group) => [namespace, service, alert] as const;

  return {
    save(incident) {
      const { id, status, receivedAt } = incident;
      upsert.run(id, ...key(incident), status, receivedAt, JSON.stringify(incident));
    },
    find(id) {
      const row = selectOne.get(id);
      return row && parse(row);
    },
    list: ({ status, service, limit }) => select.all(status ?? null, service ?? null, limit).map(parse),
    open: () => selectOpen.all().map(parse),
    countOpen() {
      const groups = Map.groupBy(selectOpen.all().map(parse), ({ severity }) => severity);
      return new Map([...groups].map(([severity, members]) => [severity, members.length]));
    },
    latestOf(group) {
      const row = selectLatest.get(...key(group));
      return row && parse(row);
    },
    countSince: (group, since) => Number(count.get(...key(group), since.toISOString())?.count),
    rememberDelivery: (deliveryKey, group, receivedAt) =>
      insertDelivery.run(deliveryKey, ...key(group), receivedAt).changes > 0,
    forgetDeliveriesOf: (group) => void deleteDeliveriesOf.run(...key(group)),
    forgetDeliveriesBefore: (time) => void deleteDeliveriesBefore.run(time.toISOString()),
    removeResolvedBefore: (time) => Number(deleteResolved.run(time.toISOString()).changes),
  };
}
