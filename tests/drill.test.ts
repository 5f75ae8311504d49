import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { loadDrill, pendingFile, performDrill, platformAt, startParts } from '@tocsin/ops';

const root = path.join(import.meta.dirname, '..');
const needed = [
  'kafka',
  'postgres',
  'topics',
  'databases',
  'customers',
  'chatops',
  'alertmanager',
  'prometheus',
];
/** The drill's bounds are for a machine of its own; here others work beside it. */
const patience = 5;

test('a service that fails its requests is told in the room, and so is the all-clear', async (context) => {
  const clean = cleanup(context);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-drill-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  const parts = await startParts({ root, parts: needed });
  clean.defer(parts.stop);

  const drill = await loadDrill('HighErrorRate', 'customers');
  const within = Object.fromEntries(
    Object.entries(drill.within).map(([stage, seconds]) => [stage, seconds * patience]),
  );
  const { stages, problems } = await performDrill(
    {
      platform: platformAt(parts.ports, { hold: parts.hold, release: async (part) => parts.release(part) }),
      pending: pendingFile(folder),
      progress: {
        say: (text) => context.diagnostic(text),
        waiting() {},
        reached: ({ stage, seconds }) => context.diagnostic(`${stage} after ${seconds?.toFixed(1)} s`),
      },
      signal: context.signal,
    },
    { ...drill, within },
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    stages.map(({ stage }) => stage),
    Object.keys(drill.within),
  );
});
