import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Undoes a breakage; plain data, so that it outlives the process that broke something. */
const repairSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clear-faults'), service: z.string() }),
  z.object({ kind: z.literal('release'), part: z.string() }),
  z.object({ kind: z.literal('thaw'), part: z.string() }),
  /** It may be down, or run with other settings than its own. */
  z.object({ kind: z.literal('restart'), part: z.string() }),
  /** Prometheus and Alertmanager with the drill profile are ended. */
  z.object({ kind: z.literal('end-profile') }),
  /** What is code: the drill's file is loaded again and its own repair called. */
  z.object({ kind: z.literal('drill'), alert: z.string() }),
]);
const pendingSchema = z.object({ alert: z.string(), pid: z.int(), repairs: z.array(repairSchema) });

/** Named in the place of an alert while nothing is broken but the ground is not given back yet. */
export const session = 'a session of drills';

export type Repair = z.output<typeof repairSchema>;
export type PendingDrill = z.output<typeof pendingSchema>;

/** What is broken now, and how it is repaired. At most one drill at a time on a platform. */
export interface PendingFile {
  read(): Promise<PendingDrill | undefined>;
  /** Is on disk when it returns; nothing may be broken before. */
  write(drill: PendingDrill): Promise<void>;
  remove(): Promise<void>;
}

/**
 * `.tocsin/drills/pending.json`.
 * @param platform names the file instead, where it is not that of the laptop.
 */
export function pendingFile(root: string, platform = 'pending'): PendingFile {
  const file = path.join(root, '.tocsin', 'drills', `${platform.replaceAll(/[^\w-]/g, '_')}.json`);
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : pendingSchema.parse(JSON.parse(text));
    },
    async write(drill) {
      await mkdir(path.dirname(file), { recursive: true });
      // Whole or not at all: a half-written repair would repair nothing.
      await writeFile(`${file}.new`, `${JSON.stringify(drill, null, 2)}\n`, { flush: true });
      await rename(`${file}.new`, file);
    },
    remove: () => rm(file, { force: true }),
  };
}
