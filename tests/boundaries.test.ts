import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');

/** Which way imports may point, as .oxlintrc.json has it. */
const allowed = [
  ['services/orders/src/domain/order.ts', '../config.ts'],
  ['services/orders/src/http.ts', '@tocsin/kit'],
  ['services/orders/src/http.test.ts', '@tocsin/kit/testing/backing'],
  ['services/orders/src/events.ts', '@tocsin/contracts'],
  ['packages/ops/src/stack/up.ts', '../../../../deploy/local/parts.ts'],
  ['packages/ops/src/jobs/topics.ts', '@tocsin/contracts'],
  ['packages/kit/src/kafka/client.ts', 'kafkajs'],
  ['packages/contracts/src/orders.ts', 'zod'],
  ['packages/contracts/src/orders.test.ts', 'node:assert/strict'],
] as const;

const refused = [
  ['services/orders/src/http.ts', '../../customers/src/config.ts'],
  ['services/orders/src/domain/order.ts', '../../../customers/src/config.ts'],
  ['services/orders/src/http.ts', '@tocsin/customers'],
  ['services/orders/src/http.ts', '@tocsin/ops'],
  ['services/orders/src/http.ts', '../../../packages/kit/src/log.ts'],
  ['services/orders/src/store.ts', 'pg'],
  ['services/orders/src/events.ts', 'kafkajs'],
  ['services/orders/src/metrics.ts', 'prom-client'],
  ['services/orders/src/main.ts', '@sentry/node'],
  ['services/orders/src/main.ts', '@godaddy/terminus'],
  ['packages/ops/src/drill/drill.ts', '../../../../services/orders/src/config.ts'],
  ['packages/ops/src/jobs/topics.ts', 'kafkajs'],
  ['packages/kit/src/log.ts', '@tocsin/contracts'],
  ['packages/kit/src/log.ts', '../../contracts/src/orders.ts'],
  ['packages/contracts/src/orders.ts', '@tocsin/kit'],
  ['packages/contracts/src/orders.ts', 'uuid'],
] as const;

/** What oxlint says of a file with that one import; nothing when it has no objection. */
async function objection(file: string, imported: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-boundaries-'));
  try {
    await copyFile(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), `import '${imported}';\n`);
    await run(path.join(root, 'node_modules/.bin/oxlint'), ['-f', 'unix'], { cwd: folder });
    return '';
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const [file, imported] of allowed) {
  test(`${file} may import ${imported}`, async () => {
    assert.equal(await objection(file, imported), '');
  });
}

for (const [file, imported] of refused) {
  test(`${file} may not import ${imported}`, async () => {
    assert.match(await objection(file, imported), /no-restricted-imports/);
  });
}
