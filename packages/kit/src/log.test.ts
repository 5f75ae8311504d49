import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('what a process logs right before its end arrives, all of it and in order', () => {
  const module = new URL('./log.ts', import.meta.url).href;
  const program = `
    const { createLog } = await import('${module}');
    const log = createLog({ service: 'test', release: 'test', level: 'info' });
    log.info({ number: 0 }, 'line');
    // A later turn: a write in the background would be under way by now.
    setImmediate(() => {
      for (let number = 1; number < 100; number += 1) log.info({ number, text: 'x'.repeat(1000) }, 'line');
      setImmediate(() => {
        log.info({ number: 100 }, 'line');
        process.exit(1);
      });
    });`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const numbers = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { number: number }).number);
  assert.deepEqual(numbers, [...Array(101).keys()]);
});
