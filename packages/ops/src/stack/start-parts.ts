import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { declareParts } from '../../../../deploy/local/parts.ts';
import { ports as laptopPorts, type Ports } from '../../../../deploy/local/ports.ts';
import { fetchAll } from './fetch-all.ts';
import { mapPorts, type Site, testSite } from './site.ts';
import { createStack } from './stack.ts';

/** Parts of the laptop stack that a test runs for itself. */
export interface RunningParts {
  ports: Ports;
  /** What a client must know: `KAFKA_BROKERS`, `POSTGRES_URL`. */
  env: Record<string, string>;
  /** Each part keeps its data in a folder of its name below it. */
  dataDir: string;
  /** Sends a signal to a part, as an accident would; the supervisor's rules restart it. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Ends a part and keeps it down until it is released. */
  hold(name: string): Promise<void>;
  release(name: string): void;
  /** Lets it stand still until it is thawed. */
  freeze(name: string): Promise<void>;
  thaw(name: string): Promise<void>;
  /** How often it was restarted so far. */
  restarts(name: string): number;
  /** Settles when the part answers. @throws Error after `timeoutMs`, with why it does not. */
  ready(name: string, timeoutMs?: number): Promise<void>;
  /** Ends them all and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts parts exactly as `deploy/local/parts.ts` declares them for the laptop, on free ports, and
 * returns when they are ready. They end with this process at the latest.
 * @throws Error when one does not come up; then none is left behind.
 */
export async function startParts(options: {
  root: string;
  parts: string[];
  /** How many there are of Kafka's brokers: `kafka`, `kafka-2`, `kafka-3`. */
  brokers?: Site['brokers'];
  /** Settings that a test wants otherwise, by part. */
  environment?: Record<string, Record<string, string>>;
  timeoutMs?: number;
}): Promise<RunningParts> {
  const { root, parts: names, brokers, environment = {}, timeoutMs = 60_000 } = options;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tocsin-'));
  await chmod(dataDir, 0o755); // Postgres runs as another user when we are root.
  const ports = await freePorts();
  const declared = declareParts(testSite(root, dataDir, ports, brokers));
  const parts = declared
    .filter((part) => names.includes(part.name))
    .map((part) => ({
      ...part,
      env: { ...part.env, ...environment[part.name] },
      after: part.after?.filter((name) => names.includes(name)) ?? [],
    }));
  await fetchAll(parts, console.error);
  const stack = createStack(parts, { root, dataDir, logDir: path.join(dataDir, 'logs') });
  const forget = atTheLastMoment(() => {
    for (const { name } of parts) stack.part(name).kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const running: RunningParts = {
    ports,
    env: Object.assign({}, ...parts.map((part) => part.provides)),
    dataDir,
    kill: (name, signal) => stack.part(name).kill(signal),
    hold: (name) => stack.part(name).hold(),
    release: (name) => stack.part(name).release(),
    freeze: (name) => stack.part(name).freeze(),
    thaw: (name) => stack.part(name).thaw(),
    restarts: (name) => stack.part(name).status().restarts,
    ready: async (name, readyTimeoutMs = 60_000) => {
      const deadline = Date.now() + readyTimeoutMs;
      const status = () => stack.part(name).status();
      while (!['ready', 'done'].includes(status().state)) {
        if (Date.now() > deadline) throw new Error(`${name} is ${status().state}: ${status().problem}`);
        await sleep(50);
      }
    },
    stop: async () => {
      await stack.stop();
      forget();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  stack.start();
  try {
    await Promise.all(parts.map(({ name }) => running.ready(name, timeoutMs)));
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/** Does it when this process ends, of itself or by a signal; returns how to call that off. */
function atTheLastMoment(act: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    act();
    forget();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  function forget(): void {
    process.off('exit', act).off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  process.on('exit', act).on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return forget;
}

/** Free ports below the range from which the system draws those of its own connections. */
async function freePorts(): Promise<Ports> {
  const drawn = new Map<number, number>();
  for (const port of Object.values(laptopPorts).flatMap((named) => Object.values(named))) {
    const candidates = Array.from({ length: 20 }, () => 10_000 + Math.floor(Math.random() * 20_000));
    drawn.set(port, await getPort({ port: candidates, host: '127.0.0.1' }));
  }
  return mapPorts((port) => drawn.get(port) ?? port);
}
