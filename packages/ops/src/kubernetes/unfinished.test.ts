import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asFailed, pack, unpack } from './unfinished.ts';

const revision = (version: number, status: string) => ({
  metadata: { name: `sh.helm.release.v1.kafka.v${version}`, labels: { version: `${version}`, status } },
  data: { release: pack({ info: { status, description: '' } }) },
});

test('a release that was cut off becomes one that has failed, for Helm to take up', () => {
  for (const status of ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling']) {
    const failed = asFailed([revision(10, status), revision(9, 'deployed')]);
    assert.equal(failed?.metadata?.name, 'sh.helm.release.v1.kafka.v10', status);
    assert.equal(failed?.metadata?.labels?.status, 'failed');
    assert.equal(unpack(failed?.data?.release ?? '').info.status, 'failed');
  }
});

test('a release that is finished is left as it is, and so is one that is not there', () => {
  assert.equal(asFailed([revision(1, 'pending-install'), revision(2, 'deployed')]), undefined);
  assert.equal(asFailed([revision(1, 'failed')]), undefined);
  assert.equal(asFailed([]), undefined);
});
