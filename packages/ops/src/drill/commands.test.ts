import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, skippedOf } from './commands.ts';
import type { Outcome } from './report/outcome.ts';

const outcome = (verdict: Outcome['verdict']): Outcome => ({
  name: 'KafkaUnderReplicated',
  group: 'backing',
  profile: 'drill',
  verdict,
  seconds: 0,
  stages: [],
  problems: verdict === 'skipped' ? ['it is for three brokers: make down, make up BROKERS=3'] : [],
  notes: [],
});
const [passed, failed, skipped] = [outcome('passed'), outcome('failed'), outcome('skipped')];

test('a drill that is asked for by its name and cannot be performed is no success', () => {
  assert.equal(exitCodeOf({ outcomes: [skipped] }, { alert: 'KafkaUnderReplicated' }), 1);
  assert.equal(exitCodeOf({ outcomes: [passed] }, { alert: 'KafkaUnderReplicated' }), 0);
});

test('of many, what cannot be performed is left out, and named with what would do it', () => {
  assert.equal(exitCodeOf({ outcomes: [passed, skipped] }, {}), 0);
  assert.equal(exitCodeOf({ outcomes: [skipped, failed] }, {}), 1);
  assert.deepEqual(skippedOf({ outcomes: [passed, skipped, skipped] }), [
    'Not proved:',
    '  KafkaUnderReplicated: it is for three brokers: make down, make up BROKERS=3',
  ]);
  assert.deepEqual(skippedOf({ outcomes: [passed] }), []);
});
