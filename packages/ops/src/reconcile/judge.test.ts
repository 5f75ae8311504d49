import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  orderCancelled,
  orderConfirmed,
  orderPlaced,
  orderShipped,
  paymentAuthorized,
  paymentRefunded,
  shipmentDispatched,
  stockReleased,
  stockReserved,
} from '@tocsin/contracts';
import type { EventShape, ReceivedRecord } from '@tocsin/kit';
import { forgetSettled, judge } from './judge.ts';
import { createStories, type LedgerEntry } from './story.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const customerId = '01938a3e-1111-7000-8000-000000000002';
const shipmentId = '01938a3e-1111-7000-8000-000000000003';
const lines = [{ sku: 'mug', quantity: 1 }];
const money = { currency: 'EUR' as const };
const placedAt = new Date('2026-01-01T12:00:00Z');
const span = { since: new Date('2026-01-01T11:00:00Z'), until: new Date('2026-01-01T13:00:00Z') };

let nextId = 0;
const say = (definition: EventShape, data: object, id = `id-${nextId++}`): ReceivedRecord => ({
  topic: definition.topic.name,
  partition: 0,
  offset: '0',
  timestamp: placedAt,
  key: Buffer.from(orderId),
  value: Buffer.from(JSON.stringify(data)),
  headers: { ce_type: definition.type, ce_id: id, ce_time: placedAt.toISOString() },
});

const placed = say(orderPlaced, {
  orderId,
  version: 1,
  customerId,
  lines: [{ sku: 'mug', quantity: 1, unitPriceCents: 950 }],
  totalCents: 950,
  paymentToken: 'tok_ok',
  ...money,
});
const reserved = say(stockReserved, { orderId, lines });
const released = say(stockReleased, { orderId, lines });
const authorized = say(paymentAuthorized, {
  orderId,
  customerId,
  chargeId: 'c',
  amountCents: 950,
  lines,
  ...money,
});
const confirmed = say(orderConfirmed, { orderId, version: 2 });
const dispatched = say(shipmentDispatched, { orderId, shipmentId, trackingNumber: 't' });
const shipped = say(orderShipped, { orderId, version: 3, customerId, trackingNumber: 't' });
const cancelled = say(orderCancelled, { orderId, version: 3, customerId, reason: 'payment_declined' });
const charge: LedgerEntry = { chargeId: 'c', key: orderId, kind: 'charge', amountCents: 950 };
const good = [placed, reserved, authorized, confirmed, dispatched, shipped];
function judged(records: readonly ReceivedRecord[], ledger: readonly LedgerEntry[], during: typeof span) {
  const stories = createStories();
  for (const record of records) stories.add(record);
  for (const entry of ledger) stories.enter(entry);
  return judge(stories, during);
}
const problems = (records: ReceivedRecord[], ledger: LedgerEntry[]) =>
  judged(records, ledger, span).mismatches.map(({ problem }) => problem);

test('an order that was reserved, paid once, dispatched and shipped adds up, in any order and with repetitions', () => {
  const report = judged([...good, ...good].reverse(), [charge], span);
  assert.deepEqual(report, {
    judged: 1,
    shipped: 1,
    cancelled: 0,
    tooYoung: 0,
    unreadable: 0,
    mismatches: [],
  });
});

test('a second charge that was given back is put right, without a word from payments', () => {
  const second = { ...charge, chargeId: 'd', key: `${orderId}:again` };
  assert.deepEqual(problems(good, [charge, second]), ['was charged 2 times']);
  assert.deepEqual(problems(good, [charge, second, { ...second, kind: 'refund' }]), []);
});

test("a refund of payments' own charge has to be told", () => {
  const cancelledLate = [placed, reserved, authorized, cancelled, released];
  const refund: LedgerEntry = { ...charge, kind: 'refund' };
  const told = say(paymentRefunded, { orderId, chargeId: 'c', amountCents: 950, ...money });
  assert.deepEqual(problems([...cancelledLate, told], [charge, refund]), []);
  const unequal = ['has refunds that do not agree with the bank'];
  assert.deepEqual(problems(cancelledLate, [charge, refund]), unequal);
  assert.deepEqual(problems([...cancelledLate, told], [charge]), [
    'was cancelled and stayed charged',
    ...unequal,
  ]);
});

test('what was done twice is told of a young order, what is not done yet is not', () => {
  const early = { since: span.since, until: new Date(placedAt.getTime() - 1) };
  const twice = [charge, { ...charge, chargeId: 'd', key: `${orderId}:again` }];
  assert.deepEqual(judged([placed, reserved, authorized], twice, early).mismatches, [
    { orderId, kind: 'charged_twice', problem: 'was charged 2 times' },
  ]);
});

test('an order that does not add up is remembered beyond its time, until it does; one that does is forgotten', () => {
  const later = new Date(placedAt.getTime() + 1);
  const stories = createStories();
  for (const record of good) stories.add(record);
  stories.enter(charge);
  const seen = () => judge(stories, span).mismatches.map(({ problem }) => problem);
  forgetSettled(stories, placedAt);
  assert.equal([...stories.all()].length, 1, 'it is not before its own time');

  stories.enter({ ...charge, chargeId: 'd', key: `${orderId}:again` });
  forgetSettled(stories, later);
  assert.deepEqual(seen(), ['was charged 2 times']);
  stories.enter({ ...charge, chargeId: 'd', key: `${orderId}:again`, kind: 'refund' });
  assert.deepEqual(seen(), []);
  forgetSettled(stories, later);
  assert.equal([...stories.all()].length, 0);

  // Of an order placed before anything was read there are only consequences.
  stories.add(shipped);
  forgetSettled(stories, later);
  assert.equal([...stories.all()].length, 0);
});

test('of an old order that moves again only what was done twice is told', () => {
  const stories = createStories();
  for (const record of [placed, reserved, authorized, cancelled]) stories.add(record);
  for (const chargeId of ['c', 'd']) stories.enter({ ...charge, chargeId, key: `${orderId}:${chargeId}` });
  const problems = (quietSince: Date) => {
    const { tooYoung, mismatches } = judge(stories, { ...span, quietSince });
    return [tooYoung, ...mismatches.map(({ problem }) => problem)];
  };
  const twice = 'was charged 2 times';
  assert.deepEqual(problems(new Date(placedAt.getTime() - 1)), [1, twice]);
  assert.deepEqual(problems(placedAt), [
    0,
    twice,
    'was cancelled and stayed charged',
    'is dead and holds stock',
  ]);
});

test('a record that is no event is counted, and changes nothing else', () => {
  const report = judged([{ ...placed, value: Buffer.from('{') }, ...good], [charge], span);
  assert.deepEqual([report.unreadable, report.judged, report.mismatches], [1, 1, []]);
});

test('a declined order whose stock was released adds up', () => {
  assert.deepEqual(problems([placed, reserved, cancelled, released], []), []);
});

test('an order that is younger than the span is not judged', () => {
  const early = { since: span.since, until: new Date(placedAt.getTime() - 1) };
  assert.deepEqual(judged([placed], [], early), {
    judged: 0,
    shipped: 0,
    cancelled: 0,
    tooYoung: 1,
    unreadable: 0,
    mismatches: [],
  });
});

for (const [problem, records, ledger] of [
  ['has no end', good.slice(0, -1), [charge]],
  ['was charged 2 times', good, [charge, { ...charge, chargeId: 'd' }]],
  ['was charged another amount', good, [{ ...charge, amountCents: 1 }]],
  ['was shipped and not paid', good, []],
  ['was cancelled and stayed charged', [placed, reserved, cancelled, released], [charge]],
  ['is dead and holds stock', [placed, reserved, cancelled], []],
  ['was dispatched without payment', good.filter((record) => record !== authorized), [charge]],
  [
    'was dispatched 2 times',
    [...good, { ...dispatched, headers: { ...dispatched.headers, ce_id: 'other' } }],
    [charge],
  ],
  ['ended 2 times', [...good, cancelled], [charge]],
] as [string, ReceivedRecord[], LedgerEntry[]][]) {
  test(`an order that ${problem} is named`, () => {
    assert.ok(problems(records, ledger).includes(problem), problems(records, ledger).join('; '));
  });
}
