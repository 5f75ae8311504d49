import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { startParts } from '@tocsin/ops';

test('folders that grow are volumes with a quota; node_exporter serves what they take, in the name of their owners', async (t) => {
  const clean = cleanup(t);
  const stack = await startParts({
    root: path.resolve(import.meta.dirname, '../..'),
    parts: ['node-exporter', 'data-volumes'],
  });
  clean.defer(() => stack.stop());
  for (const folder of ['kafka', 'kafka-2', 'bank']) await mkdir(path.join(stack.dataDir, folder));
  await writeFile(path.join(stack.dataDir, 'kafka-2/records'), Buffer.alloc(3_000_000, 'x'));

  const url = `http://127.0.0.1:${stack.ports['node-exporter'].http}/metrics`;
  const served = async () => {
    const metrics = await (await fetch(url)).text();
    return Object.fromEntries(
      [...metrics.matchAll(/^(data_volume_\w+\{.*\}) (\S+)$/gm)].map(([, series, value]) => [
        series,
        Number(value),
      ]),
    );
  };
  const series = (what: string, volume: string) =>
    `data_volume_${what}_bytes{namespace="tocsin",service="kafka",volume="${volume}"}`;
  await until(
    'the records are measured',
    async () => ((await served())[series('used', 'kafka-2')] ?? 0) >= 3_000_000,
    60_000,
    served,
  );
  const found = await served();
  assert.deepEqual(
    Object.keys(found).sort(),
    ['quota', 'used'].flatMap((what) => ['kafka', 'kafka-2'].map((volume) => series(what, volume))),
  );
  assert.ok((found[series('used', 'kafka')] ?? Number.POSITIVE_INFINITY) < 1_000_000);
  assert.equal(found[series('quota', 'kafka-2')], 2 ** 30);

  const files = await readdir(path.join(stack.dataDir, 'node-exporter'));
  assert.ok(files.includes('data-volumes.prom'));
  const log = await readFile(path.join(stack.dataDir, 'logs/data-volumes.log'), 'utf8');
  assert.equal(log, '');
});
