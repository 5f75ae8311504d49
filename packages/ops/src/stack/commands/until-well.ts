import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StackStatus, statusIfUp } from '../control.ts';
import { lastLines } from '../log-files.ts';
import type { PartStatus } from '../part.ts';
import type { Site } from '../site.ts';
import type { Say } from './up.ts';

const patienceMs = 90_000;
const hopelessAfterRestarts = 3;

/**
 * Says what becomes ready as it does, and returns when all is well.
 * @throws Error when a part does not come up, or the supervisor is ended meanwhile, with the last lines of its log.
 */
export async function untilWell(site: Site, supervisorProcess: ChildProcess, say: Say): Promise<StackStatus> {
  const said = new Set<string>();
  let lastNews = Date.now();
  let lastWord = Date.now();
  for (;;) {
    await sleep(200);
    const { exitCode, signalCode } = supervisorProcess;
    if (exitCode === 0) throw new Error('The platform was ended meanwhile.');
    const end = signalCode ?? exitCode;
    if (end !== null)
      throw new Error(await complaint(site, { part: 'supervisor', problem: `it has ended (${end})` }));
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
    if (waiting.length > 0 && Date.now() - lastWord > 5000) {
      lastWord = Date.now();
      say(`  waiting for ${waiting.map(({ part, state }) => `${part} (${state})`).join(', ')} …`);
    }
  }
}

async function complaint(
  { root, logDir }: Site,
  part: Pick<PartStatus, 'part' | 'problem'> | undefined,
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
