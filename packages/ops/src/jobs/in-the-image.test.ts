import assert from 'node:assert/strict';
import { cp, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { execa } from 'execa';
import { temporaryFolder } from '../stack/testing.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

// The image holds packages/ and services/, and nothing of deploy/ or tests/.
for (const [job, setting, env] of [
  ['topics', 'KAFKA_BROKERS', {}],
  ['databases', 'POSTGRES_URL', {}],
  ['pager', 'PAGER_FILE', {}],
  ['reconcile --every=60s', 'PUSHGATEWAY_URL', { KAFKA_BROKERS: 'none:9092', BANK_URL: 'http://none' }],
] as const) {
  test(`the command ${job} needs nothing that the image does not hold`, async (t) => {
    const root = await temporaryFolder(cleanup(t));
    await cp(path.join(repository, 'packages/ops'), path.join(root, 'packages/ops'), { recursive: true });
    await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
    const command = [path.join(root, 'packages/ops/src/cli.ts'), ...job.split(' ')];
    const { all } = await execa(process.execPath, command, {
      env: { PATH: process.env.PATH, ...env },
      extendEnv: false,
      reject: false,
      all: true,
    });
    assert.match(all, new RegExp(setting));
    assert.doesNotMatch(all, /Cannot find/);
  });
}
