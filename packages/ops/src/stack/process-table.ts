import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** A process of this machine, as much as we need to know about it. */
export interface ProcessEntry {
  pid: number;
  parentPid: number;
  /** When it started, in the system's own terms: a number that was given out again has another start. */
  started: string;
}

/** Everything that runs on this machine now, by pid. */
export async function processTable(): Promise<Map<number, ProcessEntry>> {
  const entries = existsSync('/proc/self/stat') ? await fromProc() : await fromPs();
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

async function fromProc(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
      // The second field, the name, may hold blanks and brackets. proc_pid_stat(5): 3 state, 4 ppid, 22 starttime.
      const [state, ppid, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
      if (state === undefined || state === 'Z') return []; // Gone, or dead and only not yet waited for.
      return [{ pid: Number(pid), parentPid: Number(ppid), started: String(rest[17]) }];
    }),
  );
  return entries.flat();
}

async function fromPs(): Promise<ProcessEntry[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,lstart=']);
  return stdout.split('\n').map((line) => {
    const [pid, ppid, ...started] = line.trim().split(/\s+/);
    return { pid: Number(pid), parentPid: Number(ppid), started: started.join(' ') };
  });
}

/** A process and all below it; those of Postgres have process groups of their own. */
export function familyOf(table: Map<number, ProcessEntry>, pid: number): number[] {
  const family = [pid];
  for (const member of family) {
    for (const entry of table.values()) if (entry.parentPid === member) family.push(entry.pid);
  }
  return family;
}

/**
 * Resident memory of a process and all below it. What they share is counted once, or Postgres with its many
 * processes would seem to take several times what it takes.
 */
export async function residentBytes(table: Map<number, ProcessEntry>, pid: number): Promise<number> {
  const shares = await Promise.all(familyOf(table, pid).map(memoryOf));
  const own = shares.reduce((sum, share) => sum + share.own, 0);
  return own + Math.max(...shares.map((share) => share.shared));
}

async function memoryOf(pid: number): Promise<{ own: number; shared: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  if (status === undefined) return { own: await residentByPs(pid), shared: 0 };
  const bytes = (field: string) =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { own: bytes('RssAnon'), shared: bytes('RssFile') + bytes('RssShmem') };
}

async function residentByPs(pid: number): Promise<number> {
  const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)], { reject: false });
  return 1024 * Number(stdout ?? 0);
}
