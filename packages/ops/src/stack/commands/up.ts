import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { declareParts } from '../../../../../deploy/local/parts.ts';
import { alone } from '../alone.ts';
import { statusIfUp } from '../control.ts';
import { fetchAll } from '../fetch-all.ts';
import type { Part } from '../part.ts';
import { endLeftovers } from '../run-record.ts';
import { laptopSite, type Site } from '../site.ts';
import { statusTable } from '../table.ts';
import { takenPorts } from '../taken-ports.ts';
import { down } from './down.ts';
import { untilWell } from './until-well.ts';

/** What `make up` may be told. */
export interface UpOptions {
  portOffset: number;
  brokers?: Site['brokers'];
}

/** Tells the person at the keyboard, in one line. */
export type Say = (line: string) => void;

/**
 * Fetches what is missing, starts everything, and returns when all is well.
 * @throws Error in words for people, when it cannot be: what was started is left for them to look at.
 */
export function up(
  root: string,
  { portOffset, brokers }: UpOptions,
  say: Say,
  declare: (site: Site) => Part[] = declareParts,
): Promise<void> {
  const site = laptopSite(root, portOffset, brokers);
  return alone('up', root, 'Another `make up` is under way here.', () =>
    bringUp(site, declare(site), portOffset, say),
  );
}

async function bringUp(site: Site, parts: Part[], portOffset: number, say: Say): Promise<void> {
  const { root } = site;
  const running = await statusIfUp();
  if (running) {
    say(`${statusTable(running.parts)}\nThe platform is up already. \`make down\` ends it.`);
    return;
  }
  const startedAt = Date.now();
  await clearLeftovers(root, say);
  await refuseTakenPorts(parts, portOffset);
  await fetchAll(parts, say);

  const supervisorProcess = startSupervisor(site, portOffset);
  const interrupted = () => {
    say('Interrupted: ending what was started …');
    supervisorProcess.kill('SIGTERM'); // So young a one may not listen to `down` yet.
    void down(root, say).finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  const status = await untilWell(site, supervisorProcess, say).finally(() =>
    process.off('SIGINT', interrupted),
  );

  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`\n${statusTable(status.parts)}\n\nAll ${parts.length} parts are up after ${seconds} s.`);
  const room = parts.find(({ name }) => name === 'chatops');
  if (room?.url) say(`The ops room: ${room.url}`);
}

async function clearLeftovers(root: string, say: Say): Promise<void> {
  const ended = await endLeftovers(root);
  if (ended.length > 0) say(`Ended what was left running: ${ended.map(({ name }) => name).join(', ')}.`);
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
function startSupervisor({ root, logDir, brokers }: Site, portOffset: number): ChildProcess {
  mkdirSync(logDir, { recursive: true });
  const log = openSync(path.join(logDir, 'supervisor.log'), 'a');
  const cli = path.join(root, 'packages/ops/src/cli.ts');
  const child = spawn(
    process.execPath,
    [
      ...['--disable-warning=ExperimentalWarning', cli, 'supervise'],
      ...[`--port-offset=${portOffset}`, `--brokers=${brokers}`],
    ],
    { cwd: root, stdio: ['ignore', log, log], detached: true },
  );
  child.unref();
  return child;
}
