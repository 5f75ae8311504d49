import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumeLoopCheck } from './consumer-liveness.ts';

const at = (seconds: number) => new Date(seconds * 1000);
const check = (state: { now: number; lastRound: number; reachableSince?: number }) =>
  consumeLoopCheck(
    {
      clock: { now: () => at(state.now) },
      consumer: { lastRound: () => at(state.lastRound) },
      reachability: {
        reachableSince: () => (state.reachableSince === undefined ? undefined : at(state.reachableSince)),
      },
    },
    'orders',
  ).check();

test('a loop that has not come round for three times its budget fails liveness', () => {
  assert.equal(check({ now: 90, lastRound: 0, reachableSince: 0 }), undefined);
  assert.match(check({ now: 91, lastRound: 0, reachableSince: 0 }) ?? '', /has not come round for 91 s/);
});

test('a dead broker restarts nobody, and one that is back gives the loop its time', () => {
  assert.equal(check({ now: 1000, lastRound: 0 }), undefined);
  assert.equal(check({ now: 1000, lastRound: 0, reachableSince: 950 }), undefined);
  assert.ok(check({ now: 1100, lastRound: 0, reachableSince: 950 }));
});
