import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '@tocsin/kit/testing/backing';
import { findProgram } from '@tocsin/ops';
import getPort from 'get-port';

export type Labels = Readonly<Record<string, string>>;

interface KnownAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** The real Alertmanager with this configuration, on a port and a folder of its own. */
export async function startAlertmanager(clean: AsyncDisposableStack, config: string) {
  const folder = await temporaryFolder(clean);
  const file = path.join(folder, 'alertmanager.yml');
  await writeFile(file, config);
  const url = `http://127.0.0.1:${await getPort()}`;
  const child = spawn(
    await findProgram('alertmanager'),
    [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  clean.defer(async () => {
    child.kill();
    await ended;
  });
  await until(
    'Alertmanager is ready',
    async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok,
    60_000,
  );

  const post = async (alerts: readonly object[]) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const known = async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as KnownAlert[];
  return {
    fire: (alerts: readonly Labels[], annotations: Labels = {}) =>
      post(alerts.map((labels) => ({ labels, annotations }))),
    resolve: (labels: Labels, annotations: Labels = {}) =>
      post([{ labels, annotations, endsAt: new Date().toISOString() }]),
    known,
    /** What it says of the alert with exactly these labels. */
    find: async (labels: Labels) => (await known()).find((alert) => keyOf(alert.labels) === keyOf(labels)),
  };
}

/** The same for the same labels, in whichever order. */
export const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());

export async function temporaryFolder(clean: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-alertmanager-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
