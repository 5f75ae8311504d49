import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { execa } from 'execa';

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);

/** This run of `make deploy`, as the value of a label: its machine, its process, its beginning. */
export const thisRun = `${host}.${process.pid}.${Date.now()}`;

/** The label of a release, and a word in the command line of the Helm that works on it. */
export const runLabel = 'tocsin/run';

/** By this label a cluster, a namespace and a release are known as made by `make deploy`. */
export const madeByUs = { label: 'tocsin/made-by', value: 'make-deploy' };

/** Whether the Helm that such a run has called works no more; undefined when that was on another machine. */
export async function isOver(run: string): Promise<boolean | undefined> {
  if (!run.startsWith(`${host}.`)) return undefined;
  return !(await commandLines()).some((line) => line.includes(`${runLabel}=${run}`));
}

/** Of everything that runs on this machine now. */
async function commandLines(): Promise<string[]> {
  if (!existsSync('/proc/self/cmdline')) {
    return (await execa('ps', ['-A', '-o', 'args='])).stdout.split('\n');
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}
