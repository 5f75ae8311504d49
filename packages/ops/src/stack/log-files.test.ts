import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
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
