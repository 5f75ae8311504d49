// Nothing is judged by a series that nobody makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknownIn } from '../catalogue/metrics.ts';
import { ruleFiles } from '../catalogue/rules.ts';

for (const [concern, rules] of ruleFiles) {
  test(`every metric and label that ${concern}.yaml reads is exported by code, a record or an exporter`, () => {
    const unknown = rules.flatMap(({ alert, record, expr }) =>
      unknownIn(expr).map((problem) => `${alert ?? record}: ${problem}`),
    );
    assert.deepEqual(unknown, []);
  });
}

test('a metric or a label that nobody exports is found', () => {
  assert.deepEqual(
    unknownIn('sum by (namespace, nobody) (up{job="services", color="red"}) > nothing_total'),
    [
      'up has no label color',
      'nobody exports nothing_total',
      'nothing in the expression has the label nobody',
    ],
  );
});
