// A broker as production has it, with TLS and a login: who holds the right papers gets in, and nobody else.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { cleanup, createTestDatabase, testDeps, until } from '../packages/kit/src/testing/backing.ts';
import {
  type SpawnedService,
  spawnService,
  startServiceProcess,
} from '../packages/kit/src/testing/service-process.ts';
import { createCertificate, startGuardedBroker } from './setup/guarded-broker.ts';

const root = path.resolve(import.meta.dirname, '..');
const orders = new URL('../services/orders/src/main.ts', import.meta.url);

const world = new AsyncDisposableStack();
after(() => world.disposeAsync());
const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-access-'));
world.defer(() => rm(folder, { recursive: true, force: true }));
const broker = await startGuardedBroker(world, folder);
const otherCa = (await createCertificate(folder, 'other')).caFile;

const login = { KAFKA_SASL_USERNAME: broker.user, KAFKA_SASL_PASSWORD: broker.password };
const access = { KAFKA_BROKERS: broker.address, KAFKA_CA_FILE: broker.caFile, ...login };

/** The command of the chart's job: it tries until it works. */
const topicsJob = (environment: Record<string, string>) =>
  execa(process.execPath, ['packages/ops/src/cli.ts', 'topics'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    extendEnv: false,
    timeout: 60_000,
    all: true,
  });

interface Refusal {
  readonly reason: string;
  readonly service: SpawnedService;
  ready(): Promise<{ status: number; body: string }>;
}

/** Starts orders with papers that are not in order, and hears why Kafka does not answer it. */
async function refused(clean: AsyncDisposableStack, papers: Record<string, string>): Promise<Refusal> {
  const { url } = await createTestDatabase(testDeps(), clean);
  const service = spawnService(clean, orders, { ...access, ...papers, DATABASE_URL: url });
  const { adminUrl } = await service.listening();
  const probe = async (name: string) => {
    const answer = await fetch(`${adminUrl}/${name}`);
    return { status: answer.status, body: await answer.text() };
  };
  const line = await until(
    'a reason',
    () => service.lines.find(({ message }) => message === 'kafka does not answer'),
    30_000,
    () => service.lines,
  );
  assert.equal((await probe('livez')).status, 200, 'a restart would not help');
  return { reason: JSON.stringify(line.err), service, ready: () => probe('readyz') };
}

test('the job of the topics and a service get in: an order goes through Kafka and comes back', async (t) => {
  await topicsJob(access);
  const clean = cleanup(t);
  const { url: database } = await createTestDatabase(testDeps(), clean);
  const { url, lines } = await startServiceProcess(clean, orders, { ...access, DATABASE_URL: database });
  const customerId = randomUUID();
  const placed = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ customerId, lines: [{ sku: 'mug', quantity: 1 }], paymentToken: 'tok_ok' }),
  });
  assert.equal(placed.status, 202);
  await until('the order in the view, which is made from the topic', async () => {
    const answer = await fetch(`${url}/orders?customerId=${customerId}`);
    return ((await answer.json()) as { orders: unknown[] }).orders.length === 1;
  });
  assert.doesNotMatch(JSON.stringify(lines), new RegExp(broker.password));
});

for (const mechanism of ['scram-sha-256', 'plain']) {
  test(`a login by ${mechanism} gets in`, async () => {
    const { all } = await topicsJob({ ...access, KAFKA_SASL_MECHANISM: mechanism });
    assert.match(all, /topics are there/);
  });
}

test('without a CA of its own it trusts those that Node trusts', async () => {
  const { KAFKA_CA_FILE: NODE_EXTRA_CA_CERTS, ...rest } = access;
  const { all } = await topicsJob({ ...rest, KAFKA_TLS: 'true', NODE_EXTRA_CA_CERTS });
  assert.match(all, /topics are there/);
});

test('a wrong password is refused: the service lives, is not ready, and its log says why', async (t) => {
  const { reason, ready, service } = await refused(cleanup(t), { KAFKA_SASL_PASSWORD: 'haddock' });
  assert.match(reason, /authentication failed.*invalid credentials/i);
  const { status, body } = await ready();
  assert.equal(status, 503);
  assert.match(body, /topics/);
  assert.doesNotMatch(JSON.stringify(service.lines) + service.errors(), /haddock/);
});

test('a broker whose CA is another is refused, until the file holds the right one', async (t) => {
  const caFile = path.join(folder, 'renewed.crt');
  await copyFile(otherCa, caFile);
  const { reason, ready } = await refused(cleanup(t), { KAFKA_CA_FILE: caFile });
  assert.match(reason, /self-signed certificate/);
  assert.equal((await ready()).status, 503);
  await copyFile(broker.caFile, caFile);
  await until(
    'readiness',
    async () => (await ready()).status === 200,
    60_000,
    () => reason,
  );
});

test('a new reason is said too: a wrong password behind a wrong CA', async (t) => {
  const caFile = path.join(folder, 'first.crt');
  await copyFile(otherCa, caFile);
  const { service } = await refused(cleanup(t), { KAFKA_CA_FILE: caFile, KAFKA_SASL_PASSWORD: 'haddock' });
  await copyFile(broker.caFile, caFile);
  const reasons = () =>
    service.lines
      .filter(({ message }) => message === 'kafka does not answer')
      .map(({ err }) => (err as Error).message);
  await until('both reasons', () => reasons().length > 1, 30_000, reasons);
  assert.match(reasons().join('\n'), /^.*self-signed certificate.*\n.*authentication failed.*$/i);
});

test('papers that are not in order end a service and a job before they begin, in words', async (t) => {
  const papers = {
    KAFKA_BROKERS: broker.address,
    KAFKA_SASL_USERNAME: 'tocsin',
    KAFKA_CA_FILE: '/nowhere.crt',
  };
  const service = spawnService(cleanup(t), orders, {
    ...papers,
    DATABASE_URL: 'postgres://orders@localhost/orders',
  });
  assert.equal((await service.ended).code, 78);
  const job = await topicsJob(papers).catch((error: { exitCode: number; all: string }) => error);
  assert.equal(job.exitCode, 78);
  for (const said of [service.errors(), job.all]) {
    for (const key of ['KAFKA_SASL_PASSWORD', 'KAFKA_CA_FILE']) assert.match(said, new RegExp(key));
  }
});
