import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './backing.ts';

export interface SpawnedService {
  readonly pid: number;
  /** What it has logged so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** What it has written to stderr so far. */
  errors(): string;
  /** Waits until it has said on which ports it listens. */
  listening(): Promise<{ url: string; adminUrl: string }>;
  /** Sends a signal to it, and does not wait. */
  signal(signal: NodeJS.Signals): void;
  /** How it has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ServiceProcess extends Omit<SpawnedService, 'listening'> {
  /** Of the API. */
  readonly url: string;
  readonly adminUrl: string;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<{ code: number | null }>;
}

/**
 * Runs a service's `main.ts` as a process of its own, on free ports unless `environment` names some. It is gone
 * when `clean` is.
 * @param wrapper what runs Node, such as `unshare` with its options.
 */
export function spawnService(
  clean: AsyncDisposableStack,
  main: URL,
  environment: Readonly<Record<string, string>>,
  wrapper: readonly string[] = [],
): SpawnedService {
  const [command = process.execPath, ...args] = [
    ...wrapper,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(main),
  ];
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      HTTP_PORT: '0',
      ADMIN_PORT: '0',
      FAULTS_ENABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createInterface(child.stdout);
  // The last lines are read only after the process is gone.
  const ended = Promise.all([once(child, 'close'), once(output, 'close')]).then(([[code, signal]]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  clean.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  const lines: Record<string, unknown>[] = [];
  output.on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const urlOf = (port: unknown) => `http://127.0.0.1:${String(port)}`;
  return {
    pid: child.pid ?? Number.NaN,
    lines,
    errors: () => errors,
    ended,
    signal: (signal) => void child.kill(signal),
    async listening() {
      const ports = await until(
        `${main.pathname} listens`,
        () => lines.find(({ message }) => message === 'listening'),
        30_000,
        () => ({ exitCode: child.exitCode, lines: lines.slice(-5), errors }),
      );
      return { url: urlOf(ports.http), adminUrl: urlOf(ports.admin) };
    },
  };
}

/** Runs a service as `spawnService` does, and waits until it is ready. */
export async function startServiceProcess(
  clean: AsyncDisposableStack,
  main: URL,
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const service = spawnService(clean, main, environment);
  const { url, adminUrl } = await service.listening();
  await until(
    `${main.pathname} is ready`,
    async () => (await fetch(`${adminUrl}/readyz`)).ok,
    60_000,
    () => ({ lines: service.lines.slice(-5), errors: service.errors() }),
  );
  return {
    ...service,
    url,
    adminUrl,
    kill(signal) {
      service.signal(signal);
      return service.ended;
    },
  };
}
