import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { startServiceProcess } from '@tocsin/kit/testing/service-process';

const main = new URL('main.ts', import.meta.url);

async function bank(t: TestContext, environment: Record<string, string> = {}) {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'bank-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const start = () =>
    startServiceProcess(clean, main, { SQLITE_PATH: path.join(folder, 'bank.db'), ...environment });
  const first = await start();
  return { start, first, ...callsTo(first.url) };
}

function callsTo(url: string) {
  const call = async (target: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${target}`, init);
    const body = JSON.parse((await response.text()) || '{}') as Record<string, unknown>;
    return { status: response.status, body };
  };
  return {
    call,
    charge: (key: string, token: string, amountCents = 950, signal?: AbortSignal) =>
      call('/charges', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ amountCents, currency: 'EUR', token }),
        ...(signal && { signal }),
      }),
    entries: async () => {
      const { body } = await call('/ledger?since=2026-01-01T00:00:00%2B01:00');
      return body.entries as { key: string; kind: string }[];
    },
  };
}

test('the token decides, and the same key gets the same answer', async (t) => {
  const { charge, entries } = await bank(t);
  const first = await charge('ok', 'tok_ok');
  assert.equal(first.status, 201);
  assert.deepEqual(await charge('ok', 'tok_ok'), first);
  assert.deepEqual(await charge('ok', 'tok_declined'), first);
  assert.equal((await charge('ok', 'tok_ok', 951)).status, 422);

  const declined = { status: 402, body: { status: 'declined' } };
  assert.deepEqual(await charge('no', 'tok_declined'), declined);
  assert.deepEqual(await charge('no', 'tok_ok'), declined);
  assert.deepEqual(await charge('stranger', 'tok_whatever'), declined);
  assert.equal((await charge('error', 'tok_error')).status, 500);
  assert.equal((await charge('error', 'tok_error')).status, 500);
  assert.deepEqual(
    (await entries()).map(({ key, kind }) => [key, kind]),
    [['ok', 'charge']],
  );
});

test('a charge stands although its caller hung up and the bank died before it answered', async (t) => {
  const { call, charge, first, start } = await bank(t, { SLOW_ANSWER_MS: '8000' });
  const hangUp = new AbortController();
  const hungUp = charge('slow', 'tok_slow', 950, hangUp.signal);
  const standing = async (from: typeof call) =>
    ((await from('/charges?key=slow')).body.charges as unknown[]).length === 1;
  await until('the charge stands', () => standing(call));
  hangUp.abort();
  await assert.rejects(hungUp, { name: 'AbortError' });

  await first.kill('SIGKILL');
  const again = callsTo((await start()).url);
  assert.ok(await standing(again.call));
  assert.equal((await again.charge('slow', 'tok_slow')).status, 201, 'an answer that is known is not slow');
});

test('voiding says which of the two it found: no charge ever, or the charge', async (t) => {
  const { call, charge } = await bank(t);
  const post = (target: string) => call(target, { method: 'POST' });
  const { body: charged } = await charge('charged', 'tok_ok');
  assert.deepEqual(await post('/keys/charged/void'), { status: 409, body: charged });
  assert.deepEqual(await post('/keys/free/void'), { status: 200, body: { key: 'free', status: 'void' } });
  assert.equal((await charge('free', 'tok_ok')).status, 402);

  const refund = `/charges/${String(charged.chargeId)}/refund`;
  assert.deepEqual(await post(refund), { status: 200, body: { ...charged, status: 'refunded' } });
  assert.equal((await post(refund)).status, 200);
  assert.equal((await post('/charges/unknown/refund')).status, 404);
});
