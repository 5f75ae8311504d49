import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { declareParts } from '../../../../../deploy/local/parts.ts';
import { NotUp, type StackStatus, supervisor } from '../control.ts';
import { lastLines } from '../log-files.ts';
import type { Part } from '../part.ts';
import { endSurvivors, runRecord } from '../run-record.ts';
import { laptopSite, type Site } from '../site.ts';
import { statusTable } from '../table.ts';
import { takenPorts } from '../taken-ports.ts';
import { down } from './down.ts';

/** Tells the person at the keyboard, in one line. */
export type Say = (line: string) => void;

/**
 * Fetches what is missing, starts everything, and returns when all is well.
 * @throws Error in words for people, when it cannot be: what was started is left for them to look at.
 */
export async function up(root: string, portOffset: number, say: Say): Promise<void> {
  const running = await statusIfUp();
  if (running) {
    say(`${statusTable(running.parts)}\nThe platform is up already. \`make down\` ends it.`);
    return;
  }
  const startedAt = Date.now();
  const site = laptopSite(root, portOffset);
  await clearLeftovers(root, say);
  const parts = declareParts(site);
  await refuseTakenPorts(parts, portOffset);
  for (const part of parts) await part.fetch?.(say);

  const interrupted = () => {
    say('Interrupted: ending what was started …');
    void down(root, say).finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  startSupervisor(site, portOffset);
  const status = await untilWell(site, say);
  process.off('SIGINT', interrupted);

  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`\n${statusTable(status.parts)}\n\nAll ${parts.length} parts are up after ${seconds} s.`);
  const room = parts.find(({ name }) => name === 'chatops');
  if (room?.url) say(`The ops room: ${room.url}`);
}

async function statusIfUp(): Promise<StackStatus | undefined> {
  try {
    return await supervisor().status();
  } catch (error) {
    if (error instanceof NotUp) return undefined;
    throw error;
  }
}

async function clearLeftovers(root: string, say: Say): Promise<void> {
  const ended = await endSurvivors(runRecord(root));
  if (ended.length > 0)
    say(`Ended what a killed supervisor had left: ${ended.map(({ name }) => name).join(', ')}.`);
}

async function refuseTakenPorts(parts: Part[], portOffset: number): Promise<void> {
  const taken = await takenPorts(parts.flatMap((part) => part.ports));
  if (taken.length === 0) return;
  const lines = taken.map(({ port, owner }) => {
    const part = parts.find(({ ports }) => ports.includes(port));
    return `  port ${port}, which ${part?.name} needs, is taken by ${owner ?? 'another process'}`;
  });
  const other = portOffset + 1000;
  const advice = `End that process, or shift every port of ours: make up PORT_OFFSET=${other}`;
  throw new Error(['Nothing was started:', ...lines, advice].join('\n'));
}

/** Detached, with a log of its own: it outlives us and the terminal. */
function startSupervisor({ root, logDir }: Site, portOffset: number): void {
  mkdirSync(logDir, { recursive: true });
  const log = openSync(path.join(logDir, 'supervisor.log'), 'a');
  const cli = path.join(root, 'packages/ops/src/cli.ts');
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, 'supervise', `--port-offset=${portOffset}`],
    {
      cwd: root,
      stdio: ['ignore', log, log],
      detached: true,
    },
  ).unref();
}

const patienceMs = 90_000;
const hopelessAfterRestarts = 3;

/** Says what becomes ready as it does. @throws Error when a part does not come up, with its last log lines. */
async function untilWell(site: Site, say: Say): Promise<StackStatus> {
  const said = new Set<string>();
  let lastNews = Date.now();
  let lastWord = Date.now();
  for (;;) {
    await sleep(200);
    const status = await statusIfUp();
    const waiting: StackStatus['parts'] = [];
    for (const part of status?.parts ?? []) {
      if (part.state !== 'ready' && part.state !== 'done') waiting.push(part);
      else if (!said.has(part.part)) {
        said.add(part.part);
        say(`✔ ${part.part.padEnd(14)} ${part.startSeconds?.toFixed(1)} s`);
        lastNews = lastWord = Date.now();
      }
    }
    if (status && waiting.length === 0) return status;
    const stuck = waiting.find(({ restarts }) => restarts >= hopelessAfterRestarts);
    const late = waiting.find(({ state }) => state !== 'waiting');
    if (stuck) throw new Error(await complaint(site, stuck));
    if (Date.now() - lastNews > patienceMs) throw new Error(await complaint(site, late));
    if (Date.now() - lastWord > 5000) {
      lastWord = Date.now();
      say(`  waiting for ${waiting.map(({ part, state }) => `${part} (${state})`).join(', ')} …`);
    }
  }
}

async function complaint(
  { root, logDir }: Site,
  part: StackStatus['parts'][number] | undefined,
): Promise<string> {
  const name = part?.part ?? 'supervisor';
  const file = path.join(logDir, `${name}.log`);
  const lines = await lastLines(file, 15);
  return [
    `${name} does not come up: ${part?.problem ?? 'it has said nothing for too long'}.`,
    `The end of ${path.relative(root, file)}:`,
    ...lines.map((line) => `  ${line}`),
    `The rest was left running. \`make logs SERVICE=${name}\` shows more, \`make status\` how the others are; \`make down\` ends them all.`,
  ].join('\n');
}
