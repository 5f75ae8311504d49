import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { withMeasured } from './measured.ts';
import type { Outcome, Session } from './outcome.ts';
import { writeReports } from './write.ts';

const passed: Outcome = {
  name: 'HighErrorRate',
  group: 'http',
  profile: 'drill',
  verdict: 'passed',
  seconds: 40,
  stages: [
    { stage: 'message', seconds: 6.04, boundSeconds: 17 },
    { stage: 'pager', seconds: 6.2, boundSeconds: 17 },
    { stage: 'resolved', seconds: 14, boundSeconds: 21 },
  ],
  problems: [],
  notes: ['the room heard of RouteFailing of customers'],
};
const failed: Outcome = {
  ...passed,
  name: 'ServiceDown',
  group: 'runtime',
  verdict: 'failed',
  stages: [{ stage: 'message', boundSeconds: 17, problem: 'missing' }],
  problems: ['missing: message in the room <"none">\nsecond \u001b[31mline'],
  notes: [],
};
const skipped: Outcome = {
  ...passed,
  name: 'KafkaUnderReplicated',
  group: 'backing',
  verdict: 'skipped',
  stages: [],
  problems: ['it needs 3 brokers'],
  notes: [],
};
const negative: Outcome = {
  ...passed,
  name: 'one-error',
  group: 'negative',
  profile: 'shipped',
  stages: [],
  notes: [],
};
const session: Session = {
  target: 'laptop',
  startedAt: new Date('2026-01-01T00:00:00Z'),
  outcomes: [passed, failed, skipped, negative],
};

test('people read the way of each alarm with its bounds, and why one has failed', () => {
  const report = markdownReport(session);
  assert.match(report, /drill profile: .*; rules as shipped\. 2 passed, 1 failed, 1 skipped\./);
  assert.match(
    report,
    /\| ✓ \| HighErrorRate \| 6\.2 \| 14\.0 \| 6\.0 \/ 17 \| 6\.2 \/ 17 \| 14\.0 \/ 21 \|/,
  );
  assert.match(report, /\| ✗ \| ServiceDown \| – \| – \| – \/ 17 \|/);
  assert.match(report, /\| ✓ \| one-error \| 40\.0 \|/);
  assert.match(report, /## ServiceDown failed\n\n- missing: message in the room/);
});

test('CI reads a suite for each group; what XML cannot say is escaped or left out', () => {
  const report = junitReport(session);
  assert.match(report, /<testsuites name="drills" [^>]* tests="4" failures="1" skipped="1"/);
  assert.match(report, /<testsuite name="runtime" tests="1" failures="1"/);
  assert.match(
    report,
    /<failure message="missing: message in the room &lt;&quot;none&quot;&gt;">.*\nsecond \[31mline<\/failure>/,
  );
  assert.match(report, /<testcase classname="drills.http" name="HighErrorRate" time="40.0"><system-out>/);
  assert.match(report, /<skipped message="it needs 3 brokers"\/>/);
});

test('what is recorded is the median of the drills that have passed, beside what was recorded before', () => {
  const again = (seconds: number): Outcome => ({
    ...passed,
    stages: [{ stage: 'message', seconds, boundSeconds: 17 }],
  });
  const before = {
    Watchdog: { shipped: { message: 180 } },
    HighErrorRate: { shipped: { message: 24.1 }, drill: { message: 9 } },
  };
  assert.deepEqual(withMeasured(before, [again(9.04), again(5), again(7.26), failed, skipped, negative]), {
    HighErrorRate: { shipped: { message: 24.1 }, drill: { message: 7.3 } },
    Watchdog: { shipped: { message: 180 } },
  });
});

test('the last report has a name of its own, and each session keeps its report', async (context) => {
  const root = mkdtempSync(path.join(tmpdir(), 'tocsin-reports-'));
  context.after(() => rmSync(root, { recursive: true }));
  const folder = '.tocsin/drills';
  assert.equal(await writeReports(root, session), `${folder}/report.{md,json,xml}`);
  const later = { ...session, startedAt: new Date('2026-01-01T01:00:00Z') };
  await writeReports(root, later);
  const read = (name: string) => readFileSync(path.join(root, folder, name), 'utf8');
  assert.equal(read('report.md'), markdownReport(later));
  assert.equal(read('reports/2026-01-01T00-00-00.md'), markdownReport(session));
  assert.equal(readdirSync(path.join(root, folder, 'reports')).length, 6);
});
