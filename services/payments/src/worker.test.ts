import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createHttpClient, type WorkerDefinition } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps, until } from '@tocsin/kit/testing/backing';
import { type ServiceProcess, startServiceProcess } from '@tocsin/kit/testing/service-process';
import { createBank } from './bank.ts';
import type { Charge, PaymentsEvent } from './charge.ts';
import { chargeReactions } from './events.ts';
import { createChargeMetrics } from './metrics.ts';
import { createChargeStore } from './store.ts';
import { cancelled, placed, reserved } from './testing/facts.ts';
import { createChargeWorker } from './worker.ts';

/** Charges in a database of their own, a real bank, and workers that run only when asked to. */
async function payments(t: TestContext) {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database, outbox } = await createTestDatabase(
    deps,
    clean,
    new URL('../migrations/', import.meta.url),
  );
  const charges = createChargeStore();
  let changes = 0;
  const changed = () => {
    changes += 1;
  };
  const reactions = chargeReactions({ charges, changed });

  const folder = await mkdtemp(path.join(tmpdir(), 'bank-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const startBank = (port = '0') =>
    startServiceProcess(clean, new URL('../../bank/src/main.ts', import.meta.url), {
      SQLITE_PATH: path.join(folder, 'bank.db'),
      HTTP_PORT: port,
    });
  const bank = await startBank();

  const metrics = createChargeMetrics(deps.metrics);
  const http = createHttpClient(deps, 'bank', bank.url);
  const worker = ({ timeoutMs = 5000, giveUpMs = 60_000 } = {}) => {
    const made = createChargeWorker(
      { ...deps, database, outbox, charges, bank: createBank(http, timeoutMs), metrics },
      { concurrency: 4, leaseMs: 10_000, giveUpMs },
    );
    clean.defer(async () => made.drain?.());
    return made;
  };

  return {
    ...deps,
    database,
    bank,
    startBank,
    worker,
    changes: () => changes,
    /** As the inbox does it: one transaction for a batch. */
    deliver: (...events: PaymentsEvent[]) =>
      database.transaction(async (transaction) => {
        const world = await reactions.load(transaction, events);
        const caused = events.flatMap((event) => reactions.react(world, event));
        await reactions.save(transaction, world);
        await outbox.append(transaction, caused);
      }),
    chargeOf: (orderId: string) => charges.find(database, orderId),
    /** Runs the worker until the charge has the status. */
    async reaches(running: WorkerDefinition, orderId: string, status: Charge['status']) {
      await until(
        `${status} is reached`,
        async () => {
          await running.run(AbortSignal.timeout(30_000));
          return (await charges.find(database, orderId))?.status === status;
        },
        30_000,
      );
      await running.drain?.();
    },
    published: async (orderId: string) => {
      const rows = await database.query<{ type: string; data: Record<string, unknown>; traceparent: string }>(
        `select headers->>'ce_type' as type, convert_from(value, 'utf8')::jsonb as data,
           headers->>'traceparent' as traceparent
         from outbox where convert_from(key, 'utf8') = $1 order by id`,
        [orderId],
      );
      return rows;
    },
    entries: (orderId: string) => ledgerOf(bank, orderId),
  };
}

async function ledgerOf({ url }: ServiceProcess, orderId: string): Promise<string[]> {
  const response = await fetch(`${url}/ledger?since=2026-01-01T00:00:00Z`);
  const { entries } = (await response.json()) as { entries: { key: string; kind: string }[] };
  return entries.filter(({ key }) => key === orderId).map(({ kind }) => kind);
}

test('the bank authorizes or declines, and the event goes out in the trace that caused it', async (t) => {
  const { worker, deliver, reaches, published, entries, changes, metrics } = await payments(t);
  const [good, bad] = [randomUUID(), randomUUID()];
  await deliver(placed('tok_ok', good), placed('tok_declined', bad));
  await deliver(reserved(bad), reserved(good));
  assert.equal(changes(), 2);
  await reaches(worker(), good, 'authorized');
  await reaches(worker(), bad, 'declined');

  const [authorized, ...rest] = await published(good);
  assert.deepEqual(rest, []);
  assert.equal(authorized?.type, 'payment.authorized.v1');
  assert.equal(authorized.data.amountCents, 1900);
  assert.match(authorized.traceparent, /^00-0af7651916cd43dd8448eb211c80319c-/);
  assert.deepEqual(
    (await published(bad)).map(({ type, data }) => [type, data.reason]),
    [['payment.declined.v1', 'payment_declined']],
  );
  assert.deepEqual(await entries(good), ['charge']);
  assert.deepEqual(await entries(bad), []);
  const exposed = await metrics.registry.getSingleMetricAsString('payments_charges_total');
  assert.match(exposed, /outcome="authorized"} 1/);
  assert.match(exposed, /outcome="declined"} 1/);
});

test('a charge whose answer came too late stands once, and is found', async (t) => {
  const { worker, deliver, reaches, published, entries } = await payments(t);
  const slow = randomUUID();
  await deliver(placed('tok_slow', slow), reserved(slow));
  await reaches(worker({ timeoutMs: 500 }), slow, 'authorized');
  assert.deepEqual(await entries(slow), ['charge']);
  assert.equal((await published(slow)).length, 1);
});

test('a charge that had failed for too long, but was made, is authorized all the same', async (t) => {
  const { worker, deliver, reaches, published, entries } = await payments(t);
  const slow = randomUUID();
  await deliver(placed('tok_slow', slow), reserved(slow));
  await reaches(worker({ timeoutMs: 500, giveUpMs: 1 }), slow, 'authorized');
  assert.deepEqual(await entries(slow), ['charge']);
  assert.equal((await published(slow))[0]?.type, 'payment.authorized.v1');
});

test('a bank that only fails ends in a decline, and can never charge that order later', async (t) => {
  const { worker, deliver, reaches, published, bank, chargeOf } = await payments(t);
  const failing = randomUUID();
  await deliver(placed('tok_error', failing), reserved(failing));
  await reaches(worker({ giveUpMs: 500 }), failing, 'declined');
  assert.equal((await chargeOf(failing))?.reason, 'party_unavailable');
  assert.deepEqual(
    (await published(failing)).map(({ data }) => data.reason),
    ['party_unavailable'],
  );
  const late = await fetch(`${bank.url}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': failing },
    body: JSON.stringify({ amountCents: 1900, currency: 'EUR', token: 'tok_ok' }),
  });
  assert.equal(late.status, 402);
});

test('a bank killed in the middle is asked until it is back, and has charged once', async (t) => {
  const { worker, deliver, published, bank, startBank, chargeOf, database } = await payments(t);
  const orders = Array.from({ length: 10 }, () => randomUUID());
  for (const id of orders) await deliver(placed('tok_slow', id), reserved(id));
  const running = worker({ giveUpMs: 1 });
  const run = () => running.run(AbortSignal.timeout(30_000));

  await run();
  await until('the bank has charged somebody', async () => {
    const states = await Promise.all(orders.map((id) => ledgerOf(bank, id)));
    return states.some((entries) => entries.length > 0);
  });
  await bank.kill('SIGKILL');
  await until('every charge has failed', async () => {
    await run();
    const [row] = await database.query<{ tried: number }>(
      'select count(*) as tried from charges where attempts > 1',
    );
    return row?.tried === orders.length;
  });
  for (const id of orders) {
    assert.equal((await chargeOf(id))?.status, 'pending', 'nobody guesses what a dead bank has done');
    assert.deepEqual(await published(id), []);
  }

  const again = await startBank(new URL(bank.url).port);
  for (const id of orders) {
    await until('the charge is settled', async () => {
      await run();
      return (await chargeOf(id))?.status !== 'pending';
    });
    const charged = (await chargeOf(id))?.status === 'authorized';
    assert.deepEqual(await ledgerOf(again, id), charged ? ['charge'] : []);
    assert.equal((await published(id)).length, 1);
  }
});

test('a cancelled order is refunded, or never charged', async (t) => {
  const { worker, deliver, reaches, published, entries } = await payments(t);
  const [paid, unpaid, meanwhile] = [randomUUID(), randomUUID(), randomUUID()];
  await deliver(placed('tok_ok', paid), reserved(paid));
  await reaches(worker(), paid, 'authorized');
  await deliver(cancelled(paid));
  await reaches(worker(), paid, 'refunded');
  assert.deepEqual(await entries(paid), ['charge', 'refund']);
  assert.deepEqual(
    (await published(paid)).map(({ type }) => type),
    ['payment.authorized.v1', 'payment.refunded.v1'],
  );

  await deliver(placed('tok_ok', unpaid), reserved(unpaid), cancelled(unpaid));
  await reaches(worker(), unpaid, 'voided');
  assert.deepEqual(await entries(unpaid), []);

  await deliver(placed('tok_slow', meanwhile), reserved(meanwhile));
  const asking = worker();
  await asking.run(AbortSignal.timeout(30_000));
  await until('the bank has charged', async () => (await entries(meanwhile)).length > 0);
  await deliver(cancelled(meanwhile));
  await reaches(asking, meanwhile, 'refunded');
  assert.deepEqual(await entries(meanwhile), ['charge', 'refund']);
  assert.deepEqual(
    (await published(meanwhile)).map(({ type }) => type),
    ['payment.refunded.v1'],
  );
});

test('a charge whose worker died while asking is asked again once the claim has run out', async (t) => {
  const { worker, deliver, reaches, published, entries, database } = await payments(t);
  const orderId = randomUUID();
  await deliver(placed('tok_ok', orderId), reserved(orderId));
  const dead = await createChargeStore().claim(database, 4, 1000);
  assert.equal(dead.length, 1);
  assert.equal(await worker().run(AbortSignal.timeout(1000)), false, 'nobody else takes it meanwhile');
  await reaches(worker(), orderId, 'authorized');
  assert.deepEqual(await entries(orderId), ['charge']);
  assert.equal((await published(orderId)).length, 1);
});

test('a slow charge keeps no other waiting', async (t) => {
  const { worker, deliver, reaches, chargeOf } = await payments(t);
  const [slow, quick] = [randomUUID(), randomUUID()];
  const running = worker();
  await deliver(placed('tok_slow', slow), reserved(slow));
  await running.run(AbortSignal.timeout(1000));
  await deliver(placed('tok_ok', quick), reserved(quick));
  await until('the quick one is through', async () => {
    await running.run(AbortSignal.timeout(1000));
    return (await chargeOf(quick))?.status === 'authorized';
  });
  assert.equal((await chargeOf(slow))?.status, 'pending');
  await reaches(running, slow, 'authorized');
});

test('two halves that come at the same moment make one charge', async (t) => {
  const { worker, deliver, reaches, published } = await payments(t);
  const orders = Array.from({ length: 20 }, () => randomUUID());
  await Promise.all([
    deliver(...orders.map((id) => placed('tok_ok', id))),
    deliver(...orders.toReversed().map((id) => reserved(id))),
  ]);
  for (const id of orders) {
    await reaches(worker(), id, 'authorized');
    assert.equal((await published(id)).length, 1);
  }
});
