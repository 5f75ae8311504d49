// What `helm test monitoring` says of the targets of a real Prometheus.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '@tocsin/kit/testing/backing';
import { findProgram } from '@tocsin/ops';
import { execa } from 'execa';
import getPort from 'get-port';
import { stringify } from 'yaml';

const script = path.join(import.meta.dirname, 'files/tests/targets.ts');

for (const { what, probes, expected, says } of [
  { what: 'every service is asked and answers', probes: { orders: 1 }, says: undefined },
  { what: 'a service that does not answer is named', probes: { orders: 0 }, says: /orders:8080 does not/ },
  { what: 'a service that no probe asks is named', probes: { bank: 1 }, says: /orders is not asked/ },
  { what: 'without blackbox_exporter nobody is to be asked', probes: {}, expected: ['services'] },
]) {
  test(what, { timeout: 120_000 }, async () => {
    await using clean = new AsyncDisposableStack();
    const { exitCode, stderr } = await execa('node', [script], {
      env: {
        PROMETHEUS_URL: await startPrometheus(clean, probes),
        EXPECTED_JOBS: JSON.stringify(expected ?? ['services', 'blackbox-exporter']),
        WAIT_SECONDS: says ? '2' : '60',
      },
      reject: false,
    });
    if (says) assert.match(stderr, says);
    else assert.equal(exitCode, 0, stderr);
  });
}

/** The real Prometheus with one service, orders, and what the probes of others are to say. */
async function startPrometheus(
  clean: AsyncDisposableStack,
  probes: Readonly<Record<string, number>>,
): Promise<string> {
  const target = createServer(({ url = '' }, response) => {
    const success = new URL(url, 'http://target').searchParams.get('success');
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(success ? `probe_success ${success}\n` : '');
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  clean.defer(async () => {
    target.close();
    target.closeAllConnections();
  });
  const targets = [`127.0.0.1:${(target.address() as AddressInfo).port}`];
  const job = (job_name: string, labels: object) => ({ job_name, static_configs: [{ targets, labels }] });
  const probe = ([service, success]: [string, number]) => ({
    ...job(`probe of ${service}`, { job: 'probe', service, instance: `${service}:8080` }),
    params: { success: [`${success}`] },
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-prometheus-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  const config = {
    global: { scrape_interval: '1s' },
    scrape_configs: [
      job('services', { service: 'orders' }),
      job('blackbox-exporter', {}),
      ...Object.entries(probes).map(probe),
    ],
  };
  const file = path.join(folder, 'prometheus.yaml');
  await writeFile(file, stringify(config));
  const address = `127.0.0.1:${await getPort()}`;
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${folder}`, '--log.level=error'];
  const child = spawn(await findProgram('prometheus'), [...args, `--web.listen-address=${address}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  clean.defer(async () => {
    child.kill();
    await ended;
  });
  const url = `http://${address}`;
  const all = config.scrape_configs.length;
  const scraped = async () => {
    const response = await fetch(`${url}/api/v1/query?query=count(up)`).catch(() => undefined);
    return response?.ok && (await response.text()).includes(`"${all}"`);
  };
  await until(`Prometheus has scraped ${all} targets`, scraped, 60_000);
  return url;
}
