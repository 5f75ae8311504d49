import { mkdirSync } from 'node:fs';
import type { Part, PartStatus } from './part.ts';
import { createRunner, defaultPace, type Runner } from './runner.ts';
import type { Site } from './site.ts';

/** Parts that run together: each starts when those that it waits for are well, and stops before they do. */
export interface Stack {
  start(): void;
  /** Settles when every part has been ready, or done, once. */
  wellOnce: Promise<void>;
  status(): PartStatus[];
  /** @throws Error when there is no such part. */
  part(name: string): Runner;
  stop(): Promise<void>;
}

export interface StackOptions {
  pace?: Partial<typeof defaultPace>;
  /** Told of every change of a part's state or pid. */
  onChange?(status: PartStatus): void;
}

/** @throws Error when a part waits for one that is not among them. */
export function createStack(
  parts: Part[],
  site: Pick<Site, 'root' | 'dataDir' | 'logDir'>,
  options: StackOptions = {},
): Stack {
  const runners = new Map<string, Runner>();
  for (const part of parts) {
    const runner = createRunner(part, {
      cwd: site.root,
      logFile: `${site.logDir}/${part.name}.log`,
      pace: { ...defaultPace, ...options.pace },
      onChange: (status) => options.onChange?.(status),
    });
    runners.set(part.name, runner);
  }

  function part(name: string): Runner {
    const runner = runners.get(name);
    if (!runner)
      throw new Error(`There is no part "${name}". The parts are: ${[...runners.keys()].join(', ')}.`);
    return runner;
  }

  const awaited = new Map(parts.map(({ name, after = [] }) => [name, after.map(part)]));

  function start(): void {
    mkdirSync(site.dataDir, { recursive: true });
    mkdirSync(site.logDir, { recursive: true });
    for (const [name, before] of awaited) {
      void Promise.all(before.map((runner) => runner.wellOnce)).then(() => part(name).start());
    }
  }

  function stop(): Promise<void> {
    const stopping = new Map<string, Promise<void>>();
    const stopAfterItsReaders = (name: string): Promise<void> => {
      const readers = parts.filter((reader) => reader.after?.includes(name)).map((reader) => reader.name);
      const done =
        stopping.get(name) ?? Promise.all(readers.map(stopAfterItsReaders)).then(() => part(name).stop());
      stopping.set(name, done);
      return done;
    };
    return Promise.all(parts.map(({ name }) => stopAfterItsReaders(name))).then(() => {});
  }

  return {
    start,
    wellOnce: Promise.all([...runners.values()].map((runner) => runner.wellOnce)).then(() => {}),
    status: () => [...runners.values()].map((runner) => runner.status()),
    part,
    stop,
  };
}
