import { stageNames } from '../drill.ts';
import type { Outcome, Session } from './outcome.ts';

/** The report that CI systems read: a suite for each group. https://github.com/testmoapp/junitxml */
export function junitReport({ outcomes, startedAt }: Session): string {
  const groups = [...new Set(outcomes.map(({ group }) => group))];
  const suites = groups.map((group) =>
    suite(
      group,
      outcomes.filter((outcome) => outcome.group === group),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="drills" timestamp="${startedAt.toISOString()}"${counts(outcomes)}>`,
    ...suites,
    '</testsuites>\n',
  ].join('\n');
}

function suite(group: string, outcomes: readonly Outcome[]): string {
  const cases = outcomes.map((outcome) => testCase(outcome));
  return [`  <testsuite name="${group}"${counts(outcomes)}>`, ...cases, '  </testsuite>'].join('\n');
}

function testCase({ name, group, seconds, verdict, stages, problems, notes }: Outcome): string {
  const first = escapeXml(problems[0]?.split('\n')[0] ?? '');
  const all = escapeXml(problems.join('\n'));
  const failure = {
    passed: '',
    failed: `<failure message="${first}">${all}</failure>`,
    skipped: `<skipped message="${first}"/>`,
  };
  const lines = stages.map(
    ({ stage, seconds: at }) => `${stageNames[stage]}: ${at?.toFixed(1) ?? 'missing'} s`,
  );
  const output = `<system-out>${escapeXml([...lines, ...notes].join('\n'))}</system-out>`;
  return `    <testcase classname="drills.${group}" name="${name}" time="${seconds.toFixed(1)}">${failure[verdict]}${output}</testcase>`;
}

function counts(outcomes: readonly Outcome[]): string {
  const count = (verdict: Outcome['verdict']) => outcomes.filter((each) => each.verdict === verdict).length;
  const time = outcomes.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1);
  return ` tests="${outcomes.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${time}"`;
}

/** XML 1.0 has no place for most control characters, however they are written. */
function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, '').replaceAll(/[&<>"]/g, (char) => names[char] ?? char);
}
