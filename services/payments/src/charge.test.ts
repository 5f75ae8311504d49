import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BankAnswer, type Charge, callFor, type Decision, react, settle } from './charge.ts';
import { cancelled, orderId, placed, reserved } from './testing/facts.ts';

const authorized: BankAnswer = { status: 'authorized', chargeId: 'c1' };
const declined: BankAnswer = { status: 'declined' };
const nothingThere: BankAnswer = { status: 'void' };
const refunded: BankAnswer = { status: 'refunded' };

/** Facts of the saga and answers of the bank, one after the other, and everything that was told meanwhile. */
function after(...steps: (ReturnType<typeof placed> | BankAnswer)[]) {
  let state: Charge | undefined;
  const told: string[] = [];
  for (const step of steps) {
    const decision: Decision =
      'type' in step ? react(state, step) : settle(state ?? assert.fail('No charge yet'), step);
    state = decision.state;
    told.push(...decision.events.map(({ type }) => type));
  }
  return { state: state ?? assert.fail('No steps'), told };
}

const statusAfter = (...steps: Parameters<typeof after>) => after(...steps).state.status;

test('nothing is asked of the bank before both halves are there, whichever comes first', () => {
  assert.equal(callFor(after(placed()).state), undefined);
  assert.equal(callFor(after(reserved()).state), undefined);
  const call = { kind: 'charge', key: orderId, amountCents: 1900, currency: 'EUR', token: 'tok_ok' };
  assert.deepEqual(callFor(after(placed(), reserved()).state), call);
  assert.deepEqual(callFor(after(reserved(), placed()).state), call);
});

test('what the bank authorized is told with everything that shipping needs, and without the token', () => {
  const { state } = after(placed(), reserved());
  const { events } = settle(state, authorized);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data]),
    [
      [
        'payment.authorized.v1',
        {
          orderId,
          customerId: '01938a3e-1111-7000-8000-000000000002',
          chargeId: 'c1',
          amountCents: 1900,
          currency: 'EUR',
          lines: [{ sku: 'mug', quantity: 2 }],
        },
      ],
    ],
  );
});

test('a charge that fails for too long is called off, and what the bank finds then is the truth', () => {
  const { state } = after(placed(), reserved());
  assert.equal(callFor(state, 59_999, 60_000)?.kind, 'charge');
  assert.deepEqual(callFor(state, 60_000, 60_000), { kind: 'void', key: orderId });
  assert.equal(settle(state, authorized).state.status, 'authorized');
  assert.equal(settle(state, nothingThere).state.reason, 'party_unavailable');
  assert.equal(settle(state, declined).state.reason, 'payment_declined');
});

test('a cancelled order does not stay charged', () => {
  const paid = [placed(), reserved(), authorized, cancelled()];
  assert.deepEqual(callFor(after(...paid).state), { kind: 'refund', chargeId: 'c1' });
  assert.deepEqual(after(...paid, refunded), {
    state: { ...after(...paid).state, status: 'refunded' },
    told: ['payment.authorized.v1', 'payment.refunded.v1'],
  });
});

test('an order that is cancelled while the bank is asked is voided or refunded, as the bank says', () => {
  const pending = [placed(), reserved(), cancelled()];
  assert.deepEqual(callFor(after(...pending).state), { kind: 'void', key: orderId });
  assert.deepEqual(after(...pending, nothingThere).told, ['payment.declined.v1']);
  assert.equal(statusAfter(...pending, nothingThere), 'voided');
  assert.deepEqual(callFor(after(...pending, authorized).state), { kind: 'refund', chargeId: 'c1' });
  assert.deepEqual(after(...pending, authorized, refunded).told, ['payment.refunded.v1']);
});

test('an order that is cancelled before it was charged never is; stock held for it hears so, once', () => {
  assert.deepEqual(after(placed(), cancelled()).told, []);
  for (const steps of [
    [placed(), cancelled(), reserved(), reserved()],
    [reserved(), cancelled(), placed(), placed(), reserved()],
    [cancelled(), reserved(), placed(), cancelled()],
  ]) {
    const { state, told } = after(...steps);
    assert.equal(state.status, 'voided');
    assert.equal(callFor(state), undefined);
    assert.deepEqual(told, ['payment.declined.v1']);
  }
});

test('facts and answers that come again, or too late, change nothing', () => {
  const again = [placed(), reserved(), authorized, declined, nothingThere, refunded];
  const ends = [
    [placed(), reserved(), declined],
    [placed(), reserved(), nothingThere],
    [placed(), reserved(), cancelled(), nothingThere],
    [placed(), reserved(), authorized, cancelled(), refunded],
  ];
  for (const end of ends) assert.deepEqual(after(...end, ...again, cancelled()), after(...end));
  assert.equal(statusAfter(placed(), reserved(), authorized, ...again), 'authorized');
  const { state } = after(placed(), reserved());
  assert.equal(react(state, placed()).state, state, 'the very same object');
});
