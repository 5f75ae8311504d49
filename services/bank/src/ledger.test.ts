import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { openLedger } from './ledger.ts';

const amount = { amountCents: 950, currency: 'EUR' };

async function ledgerFile(t: TestContext) {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'ledger-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'made', 'when-missing', 'bank.db');
  let time = Date.parse('2026-01-01T00:00:00.000Z');
  const open = () => {
    const ledger = openLedger({ clock: { now: () => new Date(time++) } }, file);
    clean.defer(() => ledger.close());
    return ledger;
  };
  return { file, open, clean };
}

test('a key is charged once, through however many doors the ledger is opened', async (t) => {
  const { open } = await ledgerFile(t);
  const [one, other] = [open(), open()];
  assert.equal(one.charge('order', 'authorized', amount), 'authorized');
  assert.equal(other.charge('order', 'authorized', amount), 'authorized');
  assert.equal(other.charge('order', 'declined', amount), 'authorized');
  assert.deepEqual(
    one.entriesSince(new Date(0)).map(({ key, kind }) => [key, kind]),
    [['order', 'charge']],
  );
});

test('a void key is never charged, and a charged key is never void', async (t) => {
  const { open } = await ledgerFile(t);
  const ledger = open();
  assert.equal(ledger.void('early'), 'void');
  assert.equal(ledger.charge('early', 'authorized', amount), 'void');
  assert.equal(ledger.chargeFor('early'), undefined);
  ledger.charge('charged', 'authorized', amount);
  assert.equal(ledger.void('charged'), 'authorized');
});

test('a charge is refunded once, and the ledger tells both in their order', async (t) => {
  const { open } = await ledgerFile(t);
  const ledger = open();
  ledger.charge('order', 'authorized', amount);
  const charge = ledger.chargeFor('order');
  assert.ok(charge);
  assert.equal(charge.status, 'authorized');
  assert.equal(ledger.refund(charge.chargeId)?.status, 'refunded');
  assert.equal(ledger.refund(charge.chargeId)?.status, 'refunded');
  assert.equal(ledger.chargeFor('order')?.status, 'refunded');
  const entries = ledger.entriesSince(new Date(0));
  assert.deepEqual(
    entries.map(({ kind, amountCents, chargeId }) => [kind, amountCents, chargeId]),
    [
      ['charge', 950, charge.chargeId],
      ['refund', 950, charge.chargeId],
    ],
  );
  assert.deepEqual(ledger.entriesSince(new Date(entries[1]?.at ?? '')), entries.slice(1));
  assert.equal(ledger.refund('unknown'), undefined);
});

test('what is written cannot be changed, removed or doubled, even by SQL', async (t) => {
  const { file, open, clean } = await ledgerFile(t);
  const ledger = open();
  ledger.charge('order', 'authorized', amount);
  ledger.charge('declined', 'declined', amount);
  const sql = new DatabaseSync(file);
  clean.defer(() => sql.close());
  const charging = (key: string) =>
    `insert into ledger (charge_id, key, amount_cents, currency, kind, at) values ('x', '${key}', 1, 'EUR', 'charge', '')`;
  for (const [statement, refusal] of [
    ['update ledger set amount_cents = 1', /append-only/],
    ['delete from ledger', /append-only/],
    ["update decisions set decision = 'void'", /append-only/],
    ['delete from decisions', /append-only/],
    [charging('order'), /UNIQUE/],
    [charging('declined'), /not authorized/],
    [charging('never seen'), /not authorized/],
  ] as const) {
    assert.throws(() => sql.exec(statement), refusal, statement);
  }
});
