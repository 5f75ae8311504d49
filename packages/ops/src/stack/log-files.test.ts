import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { readable } from './commands/logs.ts';
import { boundLog, lastLines } from './log-files.ts';
import { temporaryFolder } from './testing.ts';

test('a log that is too long starts anew, and keeps what it was beside it', async (context) => {
  const file = path.join(await temporaryFolder(cleanup(context)), 'part.log');
  await writeFile(file, 'old\n'.repeat(10));
  await boundLog(file, 100);
  assert.equal((await readFile(file, 'utf8')).length, 40);
  await boundLog(file, 39);
  await appendFile(file, 'new\n');
  assert.equal(await readFile(file, 'utf8'), 'new\n');
  assert.match(await readFile(`${file}.1`, 'utf8'), /^old/);
});

test('the last lines of a log are had without reading all of it, and of no log there are none', async (context) => {
  const folder = await temporaryFolder(cleanup(context));
  const file = path.join(folder, 'part.log');
  await writeFile(file, Array.from({ length: 50_000 }, (_, line) => `line ${line}\n`).join(''));
  assert.deepEqual(await lastLines(file, 2), ['line 49998', 'line 49999']);
  assert.deepEqual(await lastLines(path.join(folder, 'none.log'), 2), []);
});

test('a JSON line is made readable, any other line is left as it is', () => {
  const line =
    '{"level":"info","time":"2026-11-24T09:00:01.123Z","service":"orders","message":"ready","port":8102}';
  assert.match(readable(line), /^09:00:01\.123 info {2}ready .*port=8102/);
  assert.equal(readable('{"cut off'), '{"cut off');
  assert.equal(readable('plain'), 'plain');
});
