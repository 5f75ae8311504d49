import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

test('a line is written before the call returns: a dying process loses none, and keeps their order', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = openSync(path.join(folder, 'stdout'), 'w');
  t.after(() => closeSync(file));
  const program = `
    const { fstatSync } = await import('node:fs');
    const { createLog } = await import('${new URL('./log.ts', import.meta.url).href}');
    const log = createLog({ service: 'test', release: 'test', level: 'info' });
    const sizes = Array.from({ length: 20 }, () => {
      log.info('line');
      return fstatSync(1).size;
    });
    process.stderr.write(JSON.stringify(sizes));`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', file, 'pipe'],
    encoding: 'utf8',
  });
  const sizes = JSON.parse(stderr) as number[];
  const [line = 0] = sizes;
  assert.ok(line > 0, 'nothing is written yet');
  assert.deepEqual(
    sizes,
    sizes.map((_size, index) => line * (index + 1)),
  );
});
