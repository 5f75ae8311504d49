// What an alert says: to whom it matters, what was seen, against which limit, and where to go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf, numbersIn } from '../catalogue/promql.ts';
import { type Alert, alerts } from '../catalogue/rules.ts';

for (const alert of alerts) {
  const { alert: name, labels = {}, annotations = {} } = alert;

  test(`${name} says what a person needs`, () => {
    assert.match(labels.severity ?? '', /^(critical|warning|info|none)$/);
    assert.ok(annotations.summary);
    assert.match(annotations.description ?? '', /\{\{ \$value/, 'the observed value');
    assert.equal(annotations.runbook_url, `/runbooks/${name}`);
  });

  // A value in a label makes each value an alert of its own, and `for` is never over.
  test(`${name} has no value in a label`, () => assert.doesNotMatch(JSON.stringify(labels), /\{\{/));

  // It always rings: there is no limit.
  if (name === 'Watchdog') continue;
  test(`${name} states a limit, and it is one that its expression has`, () => {
    const { description = '' } = annotations;
    const [, stated] = /\blimit is ([^.;]*(?:\.\d[^.;]*)?)/.exec(description) ?? [];
    assert.ok(stated, `"the limit is …" is not in: ${description}`);
    // A limit that differs from series to series is written by a template.
    if (stated.startsWith('{{')) return;
    const limit = statedNumber(stated);
    assert.ok(
      limitsOf(alert).some((known) => Math.abs(known - limit) <= 1e-9 * Math.max(1, Math.abs(limit))),
      `${stated} is none of ${limitsOf(alert).join(', ')}`,
    );
  });
}

const limitsOf = ({ expr, for: pending = '0s' }: Alert) => [...numbersIn(expr), numberOf(pending)];

const spelledUnits: Readonly<Record<string, string>> = {
  second: 's',
  seconds: 's',
  minute: 'm',
  minutes: 'm',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
};

/** `5%` → 0.05, `500ms` → 0.5, `2 minutes` → 120, `5 in a minute` → 5. */
function statedNumber(text: string): number {
  const [, count = '', unit = ''] = /^(\d[\d.,]*)\s*(%|[a-z]+)?/i.exec(text) ?? [];
  const number = count.replaceAll(',', '');
  if (unit === '%') return Number(number) / 100;
  const short = spelledUnits[unit] ?? unit;
  return /^(ms|[smhd])$/.test(short) ? numberOf(`${number}${short}`) : Number(number);
}
