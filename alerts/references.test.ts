import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { breakagesOf, type DrillFor } from '@tocsin/ops';
import { parse } from 'yaml';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Alert extends Rule {
  readonly alert: string;
}
interface RuleTests {
  readonly tests: readonly {
    readonly promql_expr_test?: readonly {
      readonly expr: string;
      readonly exp_samples: readonly unknown[];
    }[];
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

const here = import.meta.dirname;
const read = (...names: string[]) => readFileSync(path.join(here, ...names), 'utf8');
const namesIn = (folder: string, extension: string) =>
  readdirSync(path.join(here, folder)).map((file) => path.basename(file, extension));

const rules = readdirSync(path.join(here, 'rules')).flatMap((file) => {
  const { groups } = parse(read('rules', file)) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});
const alerts = rules
  .filter((rule): rule is Alert => rule.alert !== undefined)
  .sort((a, b) => a.alert.localeCompare(b.alert));
const alertNames = alerts.map(({ alert }) => alert);
const ruleTests = readdirSync(path.join(here, 'tests')).flatMap(
  (file) => (parse(read('tests', file)) as RuleTests).tests,
);
const loadDrill = async (name: string) => {
  const { drill } = (await import(`./drills/${name}.ts`)) as { drill: DrillFor };
  return drill();
};

test('every alert has a runbook and a drill, and there is none without an alert', () => {
  assert.deepEqual(namesIn('runbooks', '.md').sort(), alertNames);
  assert.deepEqual(namesIn('drills', '.ts').sort(), alertNames);
});

test('the table in the README has every alert with its severity, and no other', () => {
  const rows = [
    ...read('README.md').matchAll(/^\| (\w+) +\| (\w+) +\|.*\((runbooks\/.*)\).*\((drills\/.*)\) +\|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, ...row]) => row),
    alerts.map(({ alert, labels }) => [
      alert,
      labels?.severity,
      `runbooks/${alert}.md`,
      `drills/${alert}.ts`,
    ]),
  );
});

for (const { alert, expr, labels = {}, annotations = {} } of alerts) {
  test(`${alert} says what a person needs`, () => {
    assert.match(labels.severity ?? '', /^(critical|warning|info|none)$/);
    assert.ok(annotations.summary);
    assert.match(annotations.description ?? '', /\{\{ \$value/, 'the observed value');
    assert.equal(annotations.runbook_url, `/runbooks/${alert}`);
  });

  // A value in a label makes each value an alert of its own, and `for` is never over.
  test(`${alert} has no value in a label`, () => assert.doesNotMatch(JSON.stringify(labels), /\{\{/));

  test(`${alert} states the limit that its expression has`, () => {
    const limit = Number(/> (0?\.\d+)$/m.exec(expr)?.[1] ?? Number.NaN);
    if (Number.isNaN(limit)) return;
    const words = [`limit is ${limit * 100}%`, `limit is ${limit * 1000}ms`];
    assert.ok(
      words.some((text) => annotations.description?.includes(text)),
      `none of ${words}`,
    );
  });

  test(`${alert} has unit tests in which it rings`, () => {
    const rings = ruleTests.some(
      ({ promql_expr_test = [], alert_rule_test = [] }) =>
        alert_rule_test.some(({ alertname, exp_alerts }) => alertname === alert && exp_alerts.length > 0) ||
        promql_expr_test.some(
          ({ expr, exp_samples }) => expr.includes(`"${alert}"`) && exp_samples.length > 0,
        ),
    );
    assert.ok(rings);
  });

  test(`the runbook of ${alert} has its four parts`, () => {
    const headings = [...read('runbooks', `${alert}.md`).matchAll(/^##? (.*)$/gm)].map(
      ([, heading]) => heading,
    );
    assert.deepEqual(headings, [alert, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
  });

  test(`the drill of ${alert} is its own, and its fault outlasts the wait for the message`, async () => {
    const drill = await loadDrill(alert);
    assert.equal(drill.alert, alert);
    if (drill.raises.severity !== undefined) assert.equal(drill.raises.severity, labels.severity);
    const faults = breakagesOf(drill).flatMap((breakage) =>
      breakage.kind === 'faults' ? breakage.faults : [],
    );
    for (const fault of faults) {
      // Some faults happen once.
      if ('ttlSeconds' in fault) assert.ok((fault.ttlSeconds ?? 300) > 2 * (drill.within.message ?? 0));
    }
  });
}

// The room raises WatchdogMissing; every other drill raises the alert that it is named after.
test('every drill raises its alert', async () => {
  const raised = await Promise.all(alertNames.map(async (name) => (await loadDrill(name)).raises.alertname));
  assert.deepEqual(
    raised,
    alertNames.map((name) => (name === 'Watchdog' ? 'WatchdogMissing' : name)),
  );
});
