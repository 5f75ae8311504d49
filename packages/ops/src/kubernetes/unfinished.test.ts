import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asFailed, pack, unfinished, unpack } from './unfinished.ts';

const now = Date.parse('2026-01-01T00:05:00Z');
const revision = (version: number, status: string, run?: string) => ({
  metadata: {
    name: `sh.helm.release.v1.kafka.v${version}`,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { version: `${version}`, status, ...(run && { 'tocsin/run': run }) },
  },
  data: { release: pack({ info: { status, description: '' } }) },
});

test('a release that was cut off is found, with its age, and becomes one that has failed', () => {
  for (const status of ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling']) {
    const found = unfinished([revision(10, status), revision(9, 'deployed')], now);
    assert.equal(found?.revision.metadata?.name, 'sh.helm.release.v1.kafka.v10', status);
    assert.equal(found.ageMs, 300_000);
    const failed = asFailed(found.revision);
    assert.equal(failed.metadata?.labels?.status, 'failed');
    assert.equal(unpack(failed.data?.release ?? '').info.status, 'failed');
  }
});

test('a release that is finished is left as it is, and so is one that is not there', () => {
  assert.equal(unfinished([revision(1, 'pending-install'), revision(2, 'deployed')]), undefined);
  assert.equal(unfinished([revision(1, 'failed')]), undefined);
  assert.equal(unfinished([]), undefined);
});

test('whose run it was is told by its label, but not by one that it has from the revision before', () => {
  const runOf = (...revisions: ReturnType<typeof revision>[]) => unfinished(revisions)?.run;
  assert.equal(runOf(revision(1, 'pending-install', 'a')), 'a');
  assert.equal(runOf(revision(1, 'deployed', 'a'), revision(2, 'pending-upgrade', 'b')), 'b');
  assert.equal(
    runOf(revision(1, 'deployed', 'a'), revision(2, 'pending-upgrade', 'a')),
    undefined,
    'by hand',
  );
  assert.equal(runOf(revision(1, 'pending-install')), undefined);
});
