import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { signalGroup } from './child.ts';
import { processTable } from './process-table.ts';

const processSchema = z.object({
  name: z.string(),
  pid: z.number(),
  started: z.string(),
  stopSignal: z.enum(['SIGTERM', 'SIGINT']),
});
const recordSchema = z.object({ processes: z.array(processSchema) });

export type RecordedProcess = z.infer<typeof processSchema>;

/** Which processes a stack has started, on disk, for the day that its supervisor is killed. */
export interface RunRecord {
  write(processes: RecordedProcess[]): void;
  /** Those of the record that still run; a stranger with the same pid is not among them. */
  survivors(): Promise<RecordedProcess[]>;
  remove(): void;
}

/** Where the drill profile's own Prometheus and Alertmanager are on record, as the stack is in the root. */
export const drillProfileFolder = (root: string): string => path.join(root, '.tocsin/drills/profile');

/** Of the stack in the root, or of what else is started in a folder of its own. */
export function runRecord(root: string): RunRecord {
  const file = path.join(root, '.tocsin/run/processes.json');

  function read(): RecordedProcess[] {
    try {
      return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).processes;
    } catch {
      return []; // There is none.
    }
  }

  return {
    write(processes) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify({ processes }, null, 2));
      renameSync(`${file}.new`, file);
    },
    async survivors() {
      const recorded = read();
      const table = recorded.length > 0 ? await processTable() : new Map();
      return recorded.filter(({ pid, started }) => table.get(pid)?.started === started);
    },
    remove: () => rmSync(file, { force: true }),
  };
}

/** Ends what a killed supervisor, or a killed drill, left running. */
export async function endLeftovers(root: string): Promise<RecordedProcess[]> {
  const ended = await endSurvivors(runRecord(root));
  return [...ended, ...(await endSurvivors(runRecord(drillProfileFolder(root))))];
}

/** Ends what a killed supervisor left running: asks all at once, and insists after `patienceMs`. */
export async function endSurvivors(record: RunRecord, patienceMs = 15_000): Promise<RecordedProcess[]> {
  const ended = await record.survivors();
  for (const { pid, stopSignal } of ended) signalGroup(pid, stopSignal);
  const deadline = Date.now() + patienceMs;
  for (let left = ended; left.length > 0; left = await record.survivors()) {
    if (Date.now() > deadline) for (const { pid } of left) signalGroup(pid, 'SIGKILL');
    await sleep(100);
  }
  record.remove();
  return ended;
}
