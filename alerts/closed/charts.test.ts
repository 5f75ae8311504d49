// The message of every alert shows the very series that fired.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchedBy } from '../../services/chatops/src/chart/expression.ts';
import { readingsIn } from '../catalogue/promql.ts';
import { alerts } from '../catalogue/rules.ts';

/** Alerts that ring by there being something: no number is compared with a limit, and their chart has none. */
const withoutLimit = new Set([
  'ChatopsDown',
  'ConsumerStalled',
  'NeverReady',
  'ServiceDown',
  'TargetVanished',
  'Watchdog',
]);

for (const { alert, expr } of alerts) {
  test(`the room can draw what ${alert} looks at`, () => {
    const watched = watchedBy(expr);
    assert.ok(watched.length > 0);
    for (const { value, limit } of watched) {
      assert.ok(readingsIn(value).length > 0 || alert === 'Watchdog', value);
      if (limit !== undefined) readingsIn(limit);
    }
    assert.equal(
      watched.some(({ limit }) => limit !== undefined),
      !withoutLimit.has(alert),
      JSON.stringify(watched),
    );
  });
}
