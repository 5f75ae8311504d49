import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './backing.ts';

export interface ServiceProcess {
  /** Of the API. */
  readonly url: string;
  readonly adminUrl: string;
  /** What it has logged so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<{ code: number | null }>;
}

/**
 * Runs a service's `main.ts` as a process of its own, on free ports unless `environment` names some, and waits until it
 * is ready. It is gone when `clean` is.
 */
export async function startServiceProcess(
  clean: AsyncDisposableStack,
  main: URL,
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(main)], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      HTTP_PORT: '0',
      ADMIN_PORT: '0',
      FAULTS_ENABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const kill: ServiceProcess['kill'] = async (signal) => {
    child.kill(signal);
    const [code] = await ended;
    return { code };
  };
  clean.defer(async () => void (await kill('SIGKILL')));

  const lines: Record<string, unknown>[] = [];
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const diagnosis = () => ({ exitCode: child.exitCode, lines: lines.slice(-5) });
  const ports = await until(
    `${main.pathname} listens`,
    () => lines.find(({ message }) => message === 'listening'),
    30_000,
    diagnosis,
  );
  const urlOf = (port: unknown) => `http://127.0.0.1:${String(port)}`;
  const adminUrl = urlOf(ports.admin);
  await until(
    `${main.pathname} is ready`,
    async () => (await fetch(`${adminUrl}/readyz`)).ok,
    60_000,
    diagnosis,
  );
  return { url: urlOf(ports.http), adminUrl, lines, kill };
}
