// An alert is a rule, its tests, a runbook and a drill: none without the others.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { freshMainReadme, mainReadme } from '../catalogue/overview.ts';
import { freshReadme } from '../catalogue/readme.ts';
import { alertNames, alerts, namesIn, readAlertsFile } from '../catalogue/rules.ts';
import { runbookNames } from '../catalogue/runbook.ts';

interface RuleTests {
  readonly rule_files: readonly string[];
  readonly tests: readonly {
    readonly promql_expr_test?: readonly {
      readonly expr: string;
      readonly exp_samples?: readonly unknown[];
    }[];
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const ruleTests = namesIn('tests', '.yaml').map(
  (name) => parse(readAlertsFile('tests', `${name}.yaml`)) as RuleTests,
);

test('no two alerts have the same name', () => {
  assert.deepEqual(alertNames, [...new Set(alertNames)]);
});

test('every alert has a runbook, and there is none without an alert', () => {
  assert.deepEqual(runbookNames.toSorted(byName), alertNames);
});

test('every alert has a drill, and there is none without an alert', () => {
  assert.deepEqual(namesIn('drills', '.ts').toSorted(byName), alertNames);
});

test('the tables in the READMEs are what `npm run alerts` makes of them', async () => {
  assert.equal(readAlertsFile('README.md'), await freshReadme());
  assert.equal(readFileSync(mainReadme, 'utf8'), freshMainReadme());
});

for (const { alert, concern } of alerts) {
  test(`${alert} has unit tests in which it rings, and some in which it is silent`, () => {
    const ours = ruleTests.filter(({ rule_files }) =>
      rule_files.some((file) => file.endsWith(`/${concern}.yaml`)),
    );
    const seen = ours
      .flatMap(({ tests }) => tests)
      .flatMap(({ promql_expr_test = [], alert_rule_test = [] }) => [
        ...alert_rule_test
          .filter(({ alertname }) => alertname === alert)
          .map(({ exp_alerts = [] }) => exp_alerts.length > 0),
        ...promql_expr_test
          .filter(({ expr }) => expr.includes(`"${alert}"`))
          .map(({ exp_samples = [] }) => exp_samples.length > 0),
      ]);
    assert.ok(seen.includes(true), 'no test in which it rings');
    // The Watchdog is never silent.
    assert.ok(seen.includes(false) || alert === 'Watchdog', 'no test in which it is silent');
  });
}

test('every unit test is of an alert that there is', () => {
  const tested = ruleTests
    .flatMap(({ tests }) => tests)
    .flatMap(({ alert_rule_test = [] }) => alert_rule_test.map(({ alertname }) => alertname));
  assert.deepEqual(new Set(tested).difference(new Set(alertNames)), new Set());
});

const byName = (a: string, b: string) => a.localeCompare(b);
