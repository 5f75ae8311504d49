import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { userIds } from '../programs/user-ids.ts';
import type { Part } from './part.ts';

/** A running program, the head of a process group of its own. */
export interface Child {
  pid: number;
  /** Settles when it has ended, with how: `exit code 1`, `signal SIGKILL`. */
  exited: Promise<{ code: number | null; how: string }>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, insists after its time is up, and returns when the whole group is gone. */
  end(): Promise<void>;
}

/**
 * Starts the part's program. It writes to its log file by itself, not through us: it must neither
 * block nor break when the supervisor dies.
 * @throws Error when the program cannot be started at all.
 */
export async function startChild(part: Part, options: { cwd: string; logFile: string }): Promise<Child> {
  mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const [program = '', ...args] = await part.command();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...part.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...(part.user && (await userIds(part.user))),
  });
  closeSync(log);
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code,
    how: signal ? `signal ${signal}` : `exit code ${code}`,
  }));
  exited.catch(() => {}); // The wait for 'spawn' below reports the same error.
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${program} has no pid`);

  let ending: Promise<void> | undefined;
  async function end(): Promise<void> {
    signalGroup(pid, part.stopSignal ?? 'SIGTERM');
    const overdue = new AbortController();
    const insist = sleep(part.stopTimeoutMs ?? 10_000, undefined, { signal: overdue.signal }).then(
      () => signalGroup(pid, 'SIGKILL'),
      () => {},
    );
    await exited;
    overdue.abort();
    await insist;
    signalGroup(pid, 'SIGKILL'); // What its children left behind.
  }
  return {
    pid,
    exited,
    signal: (signal) => signalGroup(pid, signal),
    end: () => {
      ending ??= end(); // Asked twice, it is told once: a second SIGTERM may mean "now".
      return ending;
    },
  };
}

/** Signals a process group, or what is left of it. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
