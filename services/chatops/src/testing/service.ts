import { startServiceProcess } from '@tocsin/kit/testing/service-process';
import { roomFile } from './room.ts';

const main = new URL('../main.ts', import.meta.url);

/** The whole service as a process, with the calls that tests make. */
export async function startRoom(clean: AsyncDisposableStack, environment: Record<string, string> = {}) {
  const file = environment.SQLITE_PATH ?? roomFile(clean);
  const service = await startServiceProcess(clean, main, { SQLITE_PATH: file, ...environment });
  const { url, adminUrl } = service;
  return {
    ...service,
    file,
    post: (body: unknown) =>
      fetch(`${url}/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async incidents(query = ''): Promise<Record<string, unknown>[]> {
      const response = await fetch(`${url}/api/incidents${query}`);
      return ((await response.json()) as { incidents: Record<string, unknown>[] }).incidents;
    },
    async metric(line: string): Promise<number> {
      const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
      const found = metrics.split('\n').find((candidate) => candidate.startsWith(`${line} `));
      return Number(found?.slice(line.length));
    },
  };
}
