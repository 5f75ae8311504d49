import {
  orderCancelled,
  orderShipped,
  paymentAuthorized,
  shipmentDispatched,
  stockReleased,
  stockReserved,
} from '@tocsin/contracts';
import type { Counted, Stories, Story } from './story.ts';

/** What can be wrong with an order, as `reconcile_mismatches` tells it. */
export const mismatchKinds = [
  'without_end',
  'ended_twice',
  'charged_twice',
  'charged_wrong_amount',
  'charge_unknown',
  'charge_kept',
  'authorized_twice',
  'refund_unequal',
  'shipped_unpaid',
  'dispatched_twice',
  'stock',
] as const;
export type MismatchKind = (typeof mismatchKinds)[number];

export interface Mismatch {
  readonly orderId: string;
  readonly kind: MismatchKind;
  /** In words. */
  readonly problem: string;
}

export interface Report {
  /** Orders placed in the span: those are judged. */
  readonly judged: number;
  readonly shipped: number;
  readonly cancelled: number;
  /** Orders placed after the span, or just moving: only what was done twice is held against those on their way. */
  readonly tooYoung: number;
  readonly unreadable: number;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Judges the orders placed between `since` and `until` by what topics and ledger have told of them so far: each has
 * one end, is charged at most once and only if shipped, is shipped at most once and only if paid, and a dead order
 * holds no stock. What is done twice will not be undone by waiting: it is told of younger orders, too.
 * @param span.quietSince an order of which something was said later is on its way still, however old it is: whoever was
 * away, and is back, is just dealing with it.
 */
export function judge(
  stories: Stories,
  { since, until, quietSince }: { since: Date; until: Date; quietSince?: Date },
): Report {
  const mismatches: Mismatch[] = [];
  let [judged, shipped, cancelled, tooYoung] = [0, 0, 0, 0];
  for (const story of stories.all()) {
    if (story.placedAt === undefined || story.placedAt < since.getTime()) continue;
    const { orderId } = story;
    const moving = quietSince !== undefined && story.lastSaidAt > quietSince.getTime();
    if (moving || story.placedAt > until.getTime()) {
      tooYoung += 1;
      mismatches.push(...doneTwice(story).map((wrong) => ({ orderId, ...wrong })));
      continue;
    }
    judged += 1;
    if (countOf(story, orderShipped) > 0) shipped += 1;
    if (countOf(story, orderCancelled) > 0) cancelled += 1;
    mismatches.push(...problemsOf(story).map((wrong) => ({ orderId, ...wrong })));
  }
  return { judged, shipped, cancelled, tooYoung, unreadable: stories.unreadable(), mismatches };
}

const mostRemembered = 1000;

/** Forgets orders placed before, but for those that do not add up: the newest thousand of them are kept until they do. */
export function forgetSettled(stories: Stories, before: Date): void {
  const old = [...stories.all()].filter(
    ({ placedAt, firstSeenAt }) => (placedAt ?? firstSeenAt) < before.getTime(),
  );
  const open = old.filter((story) => story.placedAt !== undefined && problemsOf(story).length > 0);
  const remembered = new Set(open.slice(-mostRemembered));
  for (const story of old) if (!remembered.has(story)) stories.forget(story);
}

type Problem = Omit<Mismatch, 'orderId'>;
type Finding = readonly [wrong: boolean, kind: MismatchKind, problem: string];

/** Everything that is wrong with an order that has had the time to end. */
const problemsOf = (story: Story): Problem[] => [...doneTwice(story), ...notDone(story)];

function doneTwice(story: Story): Problem[] {
  const ends = countOf(story, orderShipped) + countOf(story, orderCancelled);
  const standing = standingCharges(story);
  const authorized = countOf(story, paymentAuthorized);
  const dispatched = countOf(story, shipmentDispatched);
  return found([
    [ends > 1, 'ended_twice', `ended ${ends} times`],
    [standing.length > 1, 'charged_twice', `was charged ${standing.length} times`],
    [
      standing.some(({ amountCents }) => amountCents !== story.totalCents),
      'charged_wrong_amount',
      'was charged another amount',
    ],
    [authorized > 1, 'authorized_twice', `was authorized ${authorized} times`],
    [dispatched > 1, 'dispatched_twice', `was dispatched ${dispatched} times`],
    [countOf(story, stockReserved) > 1, 'stock', 'had stock reserved more than once'],
  ]);
}

function notDone(story: Story): Problem[] {
  const shipped = countOf(story, orderShipped);
  const cancelled = countOf(story, orderCancelled);
  const authorized = countOf(story, paymentAuthorized);
  const paid = standingCharges(story).length;
  const reserved = countOf(story, stockReserved);
  const released = countOf(story, stockReleased);
  return found([
    [shipped + cancelled === 0, 'without_end', 'has no end'],
    [shipped > 0 && paid === 0, 'shipped_unpaid', 'was shipped and not paid'],
    [
      countOf(story, shipmentDispatched) > 0 && authorized === 0,
      'shipped_unpaid',
      'was dispatched without payment',
    ],
    [cancelled > 0 && paid > 0, 'charge_kept', 'was cancelled and stayed charged'],
    [
      authorized > 0 && story.charges.length === 0,
      'charge_unknown',
      'was authorized, but the bank knows of no charge',
    ],
    [!refundsAgree(story), 'refund_unequal', 'has refunds that do not agree with the bank'],
    [cancelled > 0 && reserved !== released, 'stock', 'is dead and holds stock'],
    [shipped > 0 && released > 0, 'stock', 'was shipped and its stock released'],
  ]);
}

/** Payments tells of the refund of its own charge; whoever made another one gives it back without a word. */
function refundsAgree({ charges, refundsTold }: Story): boolean {
  const refunded = charges.filter((charge) => charge.refunded);
  return (
    refundsTold.every((chargeId) => refunded.some((charge) => charge.chargeId === chargeId)) &&
    refunded.every(({ own, chargeId }) => !own || refundsTold.includes(chargeId))
  );
}

const standingCharges = ({ charges }: Story) => charges.filter(({ refunded }) => !refunded);

const countOf = ({ said }: Story, { type }: { type: Counted }) => said[type] ?? 0;

const found = (findings: readonly Finding[]): Problem[] =>
  findings.flatMap(([wrong, kind, problem]) => (wrong ? [{ kind, problem }] : []));
