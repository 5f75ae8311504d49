import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { commandsFor, ofOnePlatform } from '../../../alerts/runbooks/commands-for.ts';
import { typedFor } from './kubernetes/target.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const nowhere = 'a-context-that-is-not-there';

// A kubectl that knows no context at all.
const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-cli-'));
writeFileSync(path.join(folder, 'kubectl'), '#!/bin/sh\n', { mode: 0o755 });
after(() => rmSync(folder, { recursive: true }));
const PATH = `${folder}:${process.env.PATH}`;

/** What make says of a cluster that is not there; on the laptop it would have said something else. */
async function said(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { all } = await execa('make', args, {
    cwd: root,
    all: true,
    reject: false,
    env: { MAKEFLAGS: '', PATH, ...env },
  });
  return all;
}

const ofTarget: [command: string, ...args: string[]][] = [
  ['status'],
  ['logs', 'SERVICE=orders', 'FOLLOW=0'],
  ['hold', 'PART=no-such-part'],
  ['release', 'PART=no-such-part'],
  ['sql', 'SERVICE=orders', 'QUERY=select 1'],
  ['replay', 'GROUP=orders'],
];

for (const [command, ...args] of ofTarget) {
  test(`make ${command} acts on the cluster that is named, and on nothing when TARGET is forgotten`, async () => {
    const typed = await said([command, ...args, 'TARGET=kind', `CONTEXT=${nowhere}`]);
    assert.match(typed, /There is no context a-context-that-is-not-there/);
    const forgotten = await said([command, ...args, `CONTEXT=${nowhere}`]);
    assert.match(forgotten, /is a cluster: say TARGET=kind, too/);
  });
}

test('a command of a runbook is for the cluster whose ops room shows it', async () => {
  const target = typedFor({ context: nowhere, cluster: undefined, kubeconfig: undefined });
  const [, ...args] = commandsFor(target, 'make logs SERVICE=orders FOLLOW=0').split(' ');
  assert.match(await said(args), /There is no context a-context/);
});

test('what a runbook adds a target to is what takes one', async () => {
  const help = await said(['help']);
  const named = [...help.matchAll(/^ *make (\S+) .*TARGET=kind/gm)].map(([, command]) => command);
  assert.deepEqual(named.toSorted(), ofOnePlatform);
});

test('what only stands in the environment names no cluster', async () => {
  const env = { TARGET: 'kind', CONTEXT: nowhere };
  assert.match(
    await said(['logs', 'SERVICE=no-such-part', 'FOLLOW=0'], env),
    /There is no log of "no-such-part"/,
  );
});

test('a reconciliation by hand is for the laptop, and says so', async () => {
  assert.match(await said(['reconcile', 'TARGET=kind']), /A cluster judges its own orders/);
});
