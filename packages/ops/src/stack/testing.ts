import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from './part.ts';
import { processTable } from './process-table.ts';
import { createStack, type Stack } from './stack.ts';

/** A part that is a few lines of JavaScript. */
export function fakePart(name: string, script: string, more: Partial<Part> = {}): Part {
  return {
    name,
    kind: 'process',
    command: () => [process.execPath, '-e', script],
    ports: [],
    stopTimeoutMs: 5_000,
    ...more,
  };
}

/** Runs until it is told to end. */
export const idle = 'setInterval(() => {}, 1000)';

/** Listens on a port and answers each request with the status that the script says. */
export function server(port: number, status = '200'): string {
  return `require('node:http').createServer((request, response) => {
    response.statusCode = ${status};
    response.end();
  }).listen(${port}, '127.0.0.1')`;
}

/** A folder of the test's own, gone with it. */
export async function temporaryFolder(clean: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-stack-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A stack of fake parts in a hurry, ended with the test. */
export async function startStack(
  clean: AsyncDisposableStack,
  parts: Part[],
): Promise<Stack & { folder: string }> {
  const folder = await temporaryFolder(clean);
  const stack = createStack(
    parts,
    { root: folder, dataDir: path.join(folder, 'data'), logDir: path.join(folder, 'logs') },
    { pace: { readyPeriodMs: 20, livePeriodMs: 50, checkTimeoutMs: 1000, firstBackoffMs: 20 } },
  );
  clean.defer(() => stack.stop());
  stack.start();
  return { ...stack, folder };
}

/** Waits until `look` sees what it is to see; fails with what was there instead. */
export async function eventually(
  what: string,
  look: () => boolean | Promise<boolean>,
  instead: () => unknown,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 30 s, but ${JSON.stringify(instead())}`);
    await sleep(20);
  }
}

/** Which of these processes still run; one that is dead and only not yet waited for does not. */
export async function running(pids: readonly number[]): Promise<number[]> {
  const table = await processTable();
  return pids.filter((pid) => table.has(pid));
}
