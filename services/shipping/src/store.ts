import type { Queryable, Transaction } from '@tocsin/kit';
import type { Recipient, Shipment } from './shipment.ts';

/** Locked recipients by customer. */
export type Recipients = Map<string, Recipient>;

interface StoredShipment extends Shipment {
  readonly customerId: string;
  readonly requestedAt: Date;
}

/**
 * The tables `recipients` and `shipments`. The row of a recipient is the only lock: whoever changes it or a shipment
 * of that customer holds it, be it for a payment, an address or the deadline. All lock in the order of customers, so
 * that they can wait for each other only one way round; and a customer we have not heard of gets an empty row, so that
 * of a payment and an address that come at the same time the second always sees what the first has done.
 */
export interface ShippingStore {
  /** Locks these customers and reads what waits for them, and the shipments of `orderIds`. */
  lock(
    transaction: Transaction,
    customerIds: readonly string[],
    orderIds?: readonly string[],
  ): Promise<Recipients>;
  /** @returns the shipments that are new or were settled. */
  save(
    transaction: Transaction,
    recipients: Recipients,
  ): Promise<readonly Pick<Shipment, 'status' | 'reason'>[]>;
  find(on: Queryable, orderId: string): Promise<StoredShipment | undefined>;
  countWaiting(on: Queryable): Promise<number>;
  /** The longest waiting of those that have waited for more than `waitMs`. */
  overdue(
    on: Queryable,
    waitMs: number,
    limit: number,
  ): Promise<Pick<StoredShipment, 'orderId' | 'customerId'>[]>;
}

const shipmentColumns = `order_id as "orderId", customer_id as "customerId", shipment_id as "shipmentId", status, lines,
  address, tracking_number as "trackingNumber", reason, requested_at as "requestedAt"`;

export function createShippingStore(): ShippingStore {
  return {
    async lock(transaction, customerIds, orderIds = []) {
      await insertUnknown(transaction, customerIds);
      const recipients = await lockRecipients(transaction, customerIds);
      const shipments = await readShipments(transaction, customerIds, orderIds);
      const byCustomer = Map.groupBy(shipments, ({ customerId }) => customerId);
      return new Map(
        recipients.map(({ customerId, ...recipient }) => {
          const theirs = byCustomer.get(customerId) ?? [];
          const byOrder = theirs.map((shipment) => [shipment.orderId, shipment]);
          return [customerId, { ...recipient, shipments: Object.fromEntries(byOrder) }];
        }),
      );
    },
    async save(transaction, recipients) {
      await updateRecipients(transaction, recipients);
      const erased = [...recipients].flatMap(([customerId, { erased }]) => (erased ? [customerId] : []));
      if (erased.length > 0) await forgetAddresses(transaction, erased);
      return upsertShipments(transaction, recipients);
    },
    async find(on, orderId) {
      const query = `select ${shipmentColumns} from shipments where order_id = $1`;
      return (await on.query<StoredShipment>(query, [orderId]))[0];
    },
    async countWaiting(on) {
      const [row] = await on.query<{ waiting: number }>(
        `select count(*) as waiting from shipments where status = 'waiting'`,
      );
      return row?.waiting ?? 0;
    },
    overdue: (on, waitMs, limit) =>
      on.query(
        `select order_id as "orderId", customer_id as "customerId" from shipments
         where status = 'waiting' and requested_at < now() - make_interval(secs => $1)
         order by requested_at limit $2`,
        [waitMs / 1000, limit],
      ),
  };
}

async function insertUnknown(transaction: Transaction, customerIds: readonly string[]): Promise<void> {
  await transaction.query(
    `insert into recipients (customer_id)
     select distinct id from unnest($1::uuid[]) as id order by id
     on conflict do nothing`,
    [customerIds],
  );
}

function lockRecipients(transaction: Transaction, customerIds: readonly string[]) {
  return transaction.query<Omit<Recipient, 'shipments'> & { customerId: string }>(
    `select customer_id as "customerId", version, address, erased from recipients
     where customer_id = any($1) order by customer_id for update`,
    [customerIds],
  );
}

function readShipments(
  transaction: Transaction,
  customerIds: readonly string[],
  orderIds: readonly string[],
): Promise<StoredShipment[]> {
  return transaction.query<StoredShipment>(
    `select ${shipmentColumns} from shipments where customer_id = any($1) and status = 'waiting'
     union all
     select ${shipmentColumns} from shipments where order_id = any($2) and status <> 'waiting'`,
    [customerIds, orderIds],
  );
}

async function updateRecipients(transaction: Transaction, recipients: Recipients): Promise<void> {
  const known = [...recipients.values()];
  await transaction.query(
    `update recipients set version = entry.version, address = entry.address, erased = entry.erased
     from unnest($1::uuid[], $2::integer[], $3::jsonb[], $4::boolean[])
       as entry (customer_id, version, address, erased)
     where recipients.customer_id = entry.customer_id and recipients.version < entry.version`,
    [
      [...recipients.keys()],
      known.map(({ version }) => version),
      known.map(({ address }) => address && JSON.stringify(address)),
      known.map(({ erased }) => erased),
    ],
  );
}

async function forgetAddresses(transaction: Transaction, customerIds: readonly string[]): Promise<void> {
  await transaction.query(
    'update shipments set address = null where customer_id = any($1) and address is not null',
    [customerIds],
  );
}

function upsertShipments(transaction: Transaction, recipients: Recipients) {
  const shipments = [...recipients].flatMap(([customerId, recipient]) =>
    Object.values(recipient.shipments).map((shipment) => ({ ...shipment, customerId })),
  );
  return transaction.query<Pick<Shipment, 'status' | 'reason'>>(
    `insert into shipments
       (order_id, customer_id, shipment_id, status, lines, address, tracking_number, reason)
     select * from unnest(
       $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[], $8::text[])
     on conflict (order_id) do update set status = excluded.status, address = excluded.address,
       tracking_number = excluded.tracking_number, reason = excluded.reason
       where shipments.status <> excluded.status
     returning status, reason`,
    [
      shipments.map(({ orderId }) => orderId),
      shipments.map(({ customerId }) => customerId),
      shipments.map(({ shipmentId }) => shipmentId),
      shipments.map(({ status }) => status),
      shipments.map(({ lines }) => JSON.stringify(lines)),
      shipments.map(({ address }) => address && JSON.stringify(address)),
      shipments.map(({ trackingNumber }) => trackingNumber),
      shipments.map(({ reason }) => reason),
    ],
  );
}
