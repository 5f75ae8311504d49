import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { numberOf } from './catalogue/promql.ts';
import { alerts, readAlertsFile } from './catalogue/rules.ts';
import { observeRouting } from './routing/observe.ts';
import { routingTable } from './routing/table.ts';
import { groupWaitSeconds, pairs } from './routing/tree.ts';

const known = new Map(alerts.map((alert) => [alert.alert, alert]));

test('whatever hides or is hidden is an alert', () => {
  const named = new Set(pairs.flatMap(({ cause, symptom }) => [cause, symptom]));
  assert.deepEqual([...named].filter((name) => !known.has(name)).sort(), []);
});

// Else the symptom is told before anybody knows that there is a cause.
for (const { cause, symptom } of pairs) {
  test(`${cause} rings no later than ${symptom}, which it hides`, () => {
    assert.ok(ringsAfter(cause).most <= ringsAfter(symptom).least);
  });
}

test('the real Alertmanager tells everybody what routing.md says, and nobody else', async (t) => {
  const observed = await observeRouting(cleanup(t));
  assert.equal(routingTable(observed), readAlertsFile('routing.md'), 'npm run routing');
  for (const { cause, symptom, causeFirst, symptomFirst, elsewhere } of observed.pairs) {
    for (const fate of [causeFirst, symptomFirst]) {
      assert.ok(
        fate.hiddenBy.includes(cause) && fate.heardBy.length === 0,
        `${cause} does not hide ${symptom}`,
      );
    }
    assert.ok(!elsewhere.hiddenBy.includes(cause), `${cause} hides a ${symptom} that is not its own`);
  }
});

/** Seconds from the first evaluation that sees it until somebody is told: `for`, and the group wait of each route. */
function ringsAfter(name: string): { least: number; most: number } {
  const { labels = {}, for: pending = '0s' } = known.get(name) ?? assert.fail(`There is no alert ${name}`);
  const wait = groupWaitSeconds({ ...labels, alertname: name });
  return { least: numberOf(pending) + wait.least, most: numberOf(pending) + wait.most };
}
