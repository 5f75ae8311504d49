import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runReconcile } from './command.ts';

test('a span in which nothing can have been placed is refused, not found in order', async () => {
  const nowhere = { kafka: { brokers: ['127.0.0.1:1'] }, bankUrl: 'http://127.0.0.1:1' };
  const run = (since: string, until: string) => runReconcile({ since, until, ...nowhere }, () => {});
  await assert.rejects(run('1m', '2m'), /from 1m until 2m ago: SINCE is the longer span/);
  await assert.rejects(run('2m', '2m'), /SINCE is the longer span/);
  await assert.rejects(run('-5m', '2m'), /"-5m" is no span of time/);
  await assert.rejects(run('10m', 'soon'), /"soon" is no span of time/);
});
