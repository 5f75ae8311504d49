import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProgram } from '@tocsin/ops';
import { ruleFiles } from './catalogue/rules.ts';
import { equivalents } from './mutations/equivalents.ts';
import { expressionMutants } from './mutations/expression-mutants.ts';
import { judge, type Subject, subjectOf } from './mutations/judge.ts';
import { mutantsOf } from './mutations/mutants.ts';

const changes = (expr: string) => expressionMutants(expr).map((mutant) => mutant.expr);

test('every comparator, number, window, guard, matcher and label of an expression is a mistake to make', () => {
  assert.deepEqual(changes('a > 0.5').sort(), ['a < 0.5', 'a > 0.45', 'a > 0.55', 'a >= 0.5'].sort());
  assert.deepEqual(changes('rate(a[5m])'), ['rate(a[10m])', 'rate(a[2m])']);
  assert.deepEqual(changes('a and on (x, y) b'), ['a', 'a and on (y) b', 'a and on (x) b']);
  assert.deepEqual(changes('a unless b or c'), ['a unless b', 'a or c']);
  assert.deepEqual(changes('sum by (x) (a{y="1", z="2"})'), [
    'sum by () (a{y="1", z="2"})',
    'sum by (x) (a{z="2"})',
    'sum by (x) (a{y="1"})',
  ]);
});

const down: Subject = {
  concern: 'example',
  file: {
    groups: [
      {
        name: 'example',
        rules: [{ alert: 'Down', expr: 'up == 0', for: '10s', labels: { severity: 'critical' } }],
      },
    ],
  },
  tests: [
    {
      rule_files: ['../rules/example.yaml'],
      evaluation_interval: '5s',
      tests: [
        {
          ...{ interval: '5s', input_series: [{ series: 'up', values: '1 1 0x20' }] },
          alert_rule_test: [
            { alertname: 'Down', ...{ eval_time: '5s', exp_alerts: [] } },
            {
              alertname: 'Down',
              ...{ eval_time: '60s', exp_alerts: [{ exp_labels: { severity: 'critical' } }] },
            },
          ],
        },
      ],
    },
  ],
};

test('mistakes that no unit test notices are told, and only those', async () => {
  const { mutants, survivors } = await judge(await findProgram('promtool'), down);
  // Nothing is asserted of the moment at which it begins to ring.
  assert.deepEqual(survivors, ['Down: for: 10s → 0s', 'Down: for: 10s → 20s', 'Down: for: 10s → 5s']);
  assert.equal(mutants, 7);
});

test('tests that fail on the rules as they are tell nothing', async () => {
  const [first, ...rest] = down.tests;
  assert.ok(first);
  const wrong = first.tests.map((one) => ({
    ...one,
    alert_rule_test: [{ alertname: 'Down', ...{ eval_time: '60s', exp_alerts: [] } }],
  }));
  const subject = { ...down, tests: [{ ...first, tests: wrong }, ...rest] };
  await assert.rejects(judge(await findProgram('promtool'), subject), /fails without any change/);
});

test('what is said to change nothing is a mistake that can be made', () => {
  const names = new Set([...ruleFiles.values()].flatMap(mutantsOf).map(({ name }) => name));
  assert.deepEqual(new Set(equivalents.keys()).difference(names), new Set());
});

// The others: `npm run mutations`, minutes of work.
for (const concern of ['meta']) {
  test(`no mistake in ${concern}.yaml goes unnoticed`, async () => {
    const { survivors } = await judge(await findProgram('promtool'), subjectOf(concern));
    assert.deepEqual(
      survivors.filter((name) => !equivalents.has(name)),
      [],
    );
  });
}
