import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { declareParts } from '../../../../../deploy/local/parts.ts';
import { findProgram } from '../../programs/find-program.ts';
import type { Part } from '../../stack/part.ts';
import { processTable } from '../../stack/process-table.ts';
import { drillProfileFolder, endSurvivors, type RunRecord, runRecord } from '../../stack/run-record.ts';
import { laptopSite, type Site } from '../../stack/site.ts';
import { createStack, type Stack } from '../../stack/stack.ts';
import { scaleAlertmanager, scalePrometheus } from './scaled-config.ts';

/** Those parts of which the drill profile has its own, on the ports of the stack's. */
export const monitoringParts = ['alertmanager', 'prometheus'] as const;

/** A Prometheus and an Alertmanager with the drill profile. Their stack holds, freezes and kills them as any part. */
export interface OwnMonitoring extends AsyncDisposable {
  readonly stack: Stack;
  /** Prometheus begins anew, remembering nothing but this OpenMetrics text. */
  forget(history?: string): Promise<void>;
}

/**
 * Starts them, and returns when they answer. The ports must be free.
 * @param folder for what they keep and log.
 */
export async function startOwnMonitoring(
  root: string,
  { ports, brokers }: Pick<Site, 'ports' | 'brokers'>,
  folder = drillProfileFolder(root),
): Promise<OwnMonitoring> {
  await rm(folder, { recursive: true, force: true });
  const site = {
    ...laptopSite(root, 0),
    ports,
    brokers,
    dataDir: `${folder}/data`,
    logDir: `${folder}/logs`,
  };
  const parts = declareParts(site)
    .filter(({ name }) => monitoringParts.some((own) => own === name))
    .map((part) => scaledPart({ ...part, after: [] }, site.dataDir, root));
  const record = runRecord(folder);
  let writing = Promise.resolve();
  const stack = createStack(parts, site, {
    onChange: () => {
      writing = writing.then(() => writeRecord(stack, record));
    },
  });
  const monitoring: OwnMonitoring = {
    stack,
    async forget(history) {
      await stack.part('prometheus').hold();
      const data = `${site.dataDir}/prometheus/data`;
      await rm(data, { recursive: true, force: true });
      if (history !== undefined) await remember(root, folder, data, history);
      stack.part('prometheus').release();
      await wellWithin(stack, 60_000);
    },
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await writing;
      record.remove();
    },
  };
  stack.start();
  try {
    await wellWithin(stack, 60_000);
  } catch (error) {
    await monitoring[Symbol.asyncDispose]();
    throw error;
  }
  await writing;
  return monitoring;
}

/** Ends those of a drill that was killed. */
export async function endOwnMonitoring(root: string, folder = drillProfileFolder(root)): Promise<void> {
  await endSurvivors(runRecord(folder));
}

function scaledPart(part: Part, dataDir: string, root: string): Part {
  const folder = `${dataDir}/${part.name}`;
  const prepare = async () => {
    await part.prepare?.();
    await (part.name === 'prometheus' ? scalePrometheus(folder, root) : scaleAlertmanager(folder));
  };
  if (part.name !== 'prometheus') return { ...part, prepare };
  // How often a firing alert is told again: to an Alertmanager that is new, too.
  return {
    ...part,
    prepare,
    command: async () => [...(await part.command()), '--rules.alert.resend-delay=4s'],
  };
}

async function remember(root: string, folder: string, data: string, history: string): Promise<void> {
  const file = path.join(folder, 'history.txt');
  await mkdir(data, { recursive: true });
  await writeFile(file, history);
  const promtool = await findProgram('promtool', { root });
  const { all, failed } = await execa(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, data], {
    all: true,
    reject: false,
  });
  if (failed) throw new Error(`promtool refuses the history of the drill:\n${all}`);
}

async function wellWithin(stack: Stack, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const unwell = stack.status().filter(({ state }) => state !== 'ready');
    if (unwell.length === 0) return;
    if (Date.now() > deadline) {
      const list = unwell.map(({ part, state, problem }) => `${part} is ${state}: ${problem}`).join('; ');
      throw new Error(`With the drill profile ${list}. The logs are in .tocsin/drills/profile/logs.`);
    }
    await sleep(50);
  }
}

async function writeRecord(stack: Stack, record: RunRecord): Promise<void> {
  const table = await processTable();
  record.write(
    stack.status().flatMap(({ part: name, pid }) => {
      const started = pid === null ? undefined : table.get(pid)?.started;
      return pid === null || started === undefined
        ? []
        : [{ name, pid, started, stopSignal: 'SIGTERM' as const }];
    }),
  );
}
