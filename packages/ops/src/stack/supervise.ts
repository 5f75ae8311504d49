import path from 'node:path';
import { ringsOurPager } from '../pager/rings.ts';
import { serveControl } from './control.ts';
import { boundLog } from './log-files.ts';
import type { Part, PartStatus } from './part.ts';
import { processTable, residentBytes } from './process-table.ts';
import { runRecord } from './run-record.ts';
import type { Site } from './site.ts';
import { createStack } from './stack.ts';

const logCheckMs = 5000;

/**
 * The process that `make up` leaves behind: runs the parts, restarts what fails, obeys the commands.
 * The current folder must be the site's root.
 */
export async function supervise(site: Site, parts: Part[]): Promise<void> {
  const record = runRecord(site.root);
  const stack = createStack(parts, site, {
    onChange: (status) => {
      say(status);
      writeRecord();
    },
  });

  /** One write at a time, and another when something has changed meanwhile. */
  let writing = Promise.resolve();
  function writeRecord(): void {
    writing = writing.then(async () => {
      const table = await processTable();
      const running = stack.status().flatMap(({ part: name, pid }) => (pid === null ? [] : [{ name, pid }]));
      record.write(
        [...running, { name: 'supervisor', pid: process.pid }].flatMap(({ name, pid }) => {
          const started = table.get(pid)?.started;
          const { stopSignal = 'SIGTERM' } = parts.find((part) => part.name === name) ?? {};
          return started === undefined ? [] : [{ name, pid, started, stopSignal }];
        }),
      );
    });
  }

  async function status() {
    const table = await processTable();
    const withMemory = stack.status().map(async (part) => ({
      ...part,
      rssBytes: part.pid === null ? null : await residentBytes(table, part.pid),
    }));
    const { ports, brokers, dataDir } = site;
    return {
      ...{ supervisorPid: process.pid, ports, brokers, dataDir },
      ringsOurPager: ringsOurPager(),
      parts: await Promise.all(withMemory),
    };
  }

  let ending: Promise<void> | undefined;
  function down(): Promise<void> {
    ending ??= stack.stop().then(finish);
    return ending;
  }

  /** Nothing is left to do but to answer whoever asked for the end; then the process ends by itself. */
  async function finish(): Promise<void> {
    clearInterval(logCheck);
    server.close();
    await writing;
    record.remove();
  }

  const server = await serveControl({
    status,
    hold: (name) => stack.part(name).hold(),
    release: async (name, settings) => stack.part(name).release(settings),
    kill: async (name) => stack.part(name).kill('SIGKILL'),
    freeze: (name) => stack.part(name).freeze(),
    thaw: (name) => stack.part(name).thaw(),
    down,
  });
  const logCheck = setInterval(() => {
    for (const { name } of parts) void boundLog(path.join(site.logDir, `${name}.log`));
  }, logCheckMs);

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void down());

  stack.start();
}

/** Its own log: what became of which part, and when. */
function say({ part, state, problem, pid }: PartStatus): void {
  console.log(
    `${new Date().toISOString()} ${part} is ${state}${pid ? ` (pid ${pid})` : ''}${problem ? `: ${problem}` : ''}`,
  );
}
