import type { Queryable, Transaction } from '@tocsin/kit';
import { type Charge, callFor, type Order } from './charge.ts';

/** A charge, and the trace of what made it so. */
export interface Traced {
  readonly charge: Charge;
  readonly traceparent: string | undefined;
}

/** A charge about which the bank is to be asked now. */
export interface DueCharge extends Traced {
  /** Calls that failed since the charge came into its present status, and how long ago the first of them did. */
  readonly attempts: number;
  readonly failingMs: number;
}

/** The table `charges`. */
export interface ChargeStore {
  find(on: Queryable, orderId: string): Promise<Charge | undefined>;
  /** Makes charges that nothing is known of where there are none, so that there is something to lock. */
  open(transaction: Transaction, orderIds: readonly string[]): Promise<void>;
  lock(transaction: Transaction, orderIds: readonly string[]): Promise<Charge[]>;
  /** Writes charges that have changed; where there is something to ask the bank, it is due at once. */
  save(transaction: Transaction, changed: readonly Traced[]): Promise<void>;
  /** Takes up to `limit` due charges; they are nobody else's for `leaseMs`. */
  claim(on: Queryable, limit: number, leaseMs: number): Promise<DueCharge[]>;
  /** Notes a failed call, unless the charge has changed meanwhile. */
  postpone(on: Queryable, charge: Charge, pauseMs: number): Promise<void>;
}

interface ChargeRow {
  readonly orderId: string;
  readonly status: Charge['status'];
  readonly reserved: boolean;
  readonly customerId: string | null;
  readonly lines: Order['lines'];
  readonly amountCents: number;
  readonly currency: Order['currency'];
  readonly token: string;
  readonly chargeId: string | null;
  readonly reason: Charge['reason'] | null;
}

const columns = `order_id as "orderId", status, reserved, customer_id as "customerId", lines,
  amount_cents as "amountCents", currency, token, charge_id as "chargeId", reason`;

export function createChargeStore(): ChargeStore {
  return {
    async find(on, orderId) {
      const rows = await on.query<ChargeRow>(`select ${columns} from charges where order_id = $1`, [orderId]);
      return rows.map(toCharge)[0];
    },
    async open(transaction, orderIds) {
      await transaction.query(
        `insert into charges (order_id) select distinct id from unnest($1::uuid[]) as id order by id
         on conflict do nothing`,
        [orderIds],
      );
    },
    async lock(transaction, orderIds) {
      const rows = await transaction.query<ChargeRow>(
        `select ${columns} from charges where order_id = any($1) order by order_id for update`,
        [orderIds],
      );
      return rows.map(toCharge);
    },
    async save(transaction, changed) {
      await transaction.query(
        `update charges set
           status = new.status, reserved = new.reserved, customer_id = new."customerId", lines = new.lines,
           amount_cents = new."amountCents", currency = new.currency, token = new.token,
           charge_id = new."chargeId", reason = new.reason, traceparent = new.traceparent,
           next_attempt_at = case when new.due then now() end, attempts = 0, failing_since = null
         from jsonb_to_recordset($1::jsonb) as new (
           "orderId" uuid, status text, reserved boolean, "customerId" uuid, lines jsonb, "amountCents" bigint,
           currency text, token text, "chargeId" text, reason text, traceparent text, due boolean)
         where order_id = new."orderId"`,
        [JSON.stringify(changed.map(toRow))],
      );
    },
    async claim(on, limit, leaseMs) {
      const rows = await on.query<ChargeRow & Pick<DueCharge, 'attempts' | 'failingMs'> & { trace: string }>(
        `update charges set next_attempt_at = now() + make_interval(secs => $2)
         where order_id = any(array(
           select order_id from charges where next_attempt_at <= now()
           order by next_attempt_at limit $1 for update skip locked))
         returning ${columns}, traceparent as trace, attempts,
           coalesce(extract(epoch from now() - failing_since) * 1000, 0)::float8 as "failingMs"`,
        [limit, leaseMs / 1000],
      );
      return rows.map(({ trace, attempts, failingMs, ...row }) => ({
        charge: toCharge(row),
        traceparent: trace,
        attempts,
        failingMs,
      }));
    },
    async postpone(on, { orderId, status }, pauseMs) {
      await on.query(
        `update charges set attempts = attempts + 1, failing_since = coalesce(failing_since, now()),
           next_attempt_at = now() + make_interval(secs => $3)
         where order_id = $1 and status = $2`,
        [orderId, status, pauseMs / 1000],
      );
    },
  };
}

function toRow({ charge, traceparent }: Traced) {
  const { order, ...rest } = charge;
  return { ...rest, ...order, traceparent, due: callFor(charge) !== undefined };
}

function toCharge(row: ChargeRow): Charge {
  const { orderId, status, reserved, customerId, lines, amountCents, currency, token, chargeId, reason } =
    row;
  return {
    orderId,
    status,
    reserved,
    ...(customerId !== null && { order: { customerId, lines, amountCents, currency, token } }),
    ...(chargeId !== null && { chargeId }),
    ...(reason && { reason }),
  };
}
