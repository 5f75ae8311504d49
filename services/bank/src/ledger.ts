import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';

export interface Amount {
  readonly amountCents: number;
  readonly currency: string;
}

export interface Charge extends Amount {
  readonly chargeId: string;
  readonly key: string;
  readonly status: 'authorized' | 'refunded';
}

export interface LedgerEntry extends Amount {
  readonly chargeId: string;
  readonly key: string;
  readonly kind: 'charge' | 'refund';
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** What was decided for an idempotency key, once and for all. */
export type Decision = 'authorized' | 'declined' | 'void';

/** The bank's book: entries are added, never changed, and a key is decided once. */
export interface Ledger {
  /** What was decided for the key, if anything was. */
  decisionFor(key: string): Decision | undefined;
  /** Decides the key, unless it was decided before; what is authorized is charged. */
  charge(key: string, wanted: 'authorized' | 'declined', amount: Amount): Decision;
  /** Decides the key so that nothing can be charged with it, unless it was decided before. */
  void(key: string): Decision;
  chargeFor(key: string): Charge | undefined;
  /** Refunds a charge, once; undefined where there is no such charge. */
  refund(chargeId: string): Charge | undefined;
  entriesSince(at: Date): LedgerEntry[];
  close(): void;
}

const schema = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');
const busyTimeoutMs = 2000;

/** Opens the ledger in `path`, made with its folder when missing. One file is one ledger. */
export function openLedger(deps: { clock: Clock }, path: string): Ledger {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  // FULL, for in WAL mode anything less may forget the newest entries when the machine goes down.
  database.exec(`pragma journal_mode = wal; pragma synchronous = full; ${schema}`);

  const selectDecision = database.prepare('select decision from decisions where key = ?');
  const insertDecision = database.prepare('insert into decisions (key, decision, at) values (?, ?, ?)');
  const insertEntry = database.prepare(
    `insert into ledger (charge_id, key, amount_cents, currency, kind, at) values (?, ?, ?, ?, ?, ?)
     on conflict do nothing`,
  );
  const selectCharge = (column: 'key' | 'charge_id') =>
    database.prepare(
      `select charge_id as "chargeId", key, amount_cents as "amountCents", currency,
         iif(exists (select 1 from ledger as refund where refund.key = ledger.key and refund.kind = 'refund'),
           'refunded', 'authorized') as status
       from ledger where kind = 'charge' and ${column} = ?`,
    );
  const selectChargeByKey = selectCharge('key');
  const selectChargeById = selectCharge('charge_id');
  const selectEntries = database.prepare(
    `select charge_id as "chargeId", key, amount_cents as "amountCents", currency, kind, at
     from ledger where at >= ? order by entry`,
  );

  const now = () => deps.clock.now().toISOString();
  const enter = (kind: LedgerEntry['kind'], chargeId: string, key: string, amount: Amount) =>
    insertEntry.run(chargeId, key, amount.amountCents, amount.currency, kind, now());
  const decisionFor = (key: string) => selectDecision.get(key)?.decision as Decision | undefined;
  const decide = (key: string, wanted: Decision): Decision => {
    insertDecision.run(key, wanted, now());
    return wanted;
  };
  const chargeFor = (key: string) => selectChargeByKey.get(key) as Charge | undefined;

  /** Locked for writing from the first line on, so that what was read is still true when it is written. */
  const exclusively = <T>(work: () => T): T => {
    database.exec('begin immediate');
    try {
      const result = work();
      database.exec('commit');
      return result;
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  };

  return {
    decisionFor,
    charge: (key, wanted, amount) =>
      exclusively(() => {
        const before = decisionFor(key);
        if (before) return before;
        decide(key, wanted);
        if (wanted === 'authorized') enter('charge', uuidv7(), key, amount);
        return wanted;
      }),
    void: (key) => exclusively(() => decisionFor(key) ?? decide(key, 'void')),
    chargeFor,
    refund: (chargeId) =>
      exclusively(() => {
        const charge = selectChargeById.get(chargeId) as Charge | undefined;
        if (!charge) return undefined;
        enter('refund', chargeId, charge.key, charge);
        return { ...charge, status: 'refunded' };
      }),
    entriesSince: (at) => selectEntries.all(at.toISOString()) as unknown as LedgerEntry[],
    close: () => database.close(),
  };
}
