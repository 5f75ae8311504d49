import { z } from 'zod';

const slowSeconds = 0.5;
const requestTimeoutMs = 5000;
const nobody = '00000000-0000-7000-8000-000000000000';

/** Steady requests that run until they are stopped, or until their number is used up. */
export interface Traffic {
  /** When the first request failed: with a 5xx status, in more than half a second, or with no answer. */
  firstBadAt(): Date | undefined;
  sent(): number;
  /** Returns when the last request has ended. */
  stop(): Promise<void>;
}

/**
 * Sends GET requests, so many a second and no more than `limit`, whatever becomes of those before.
 * @param url asked again and again; any answer below 500 will do.
 */
export function startTraffic(options: { url: string; perSecond: number; limit: number }): Traffic {
  let firstBad: Date | undefined;
  let sent = 0;
  const open = new Set<Promise<void>>();

  const ask = async () => {
    const startedAt = Date.now();
    const good = await fetch(options.url, { signal: AbortSignal.timeout(requestTimeoutMs) }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status < 500 && (Date.now() - startedAt) / 1000 <= slowSeconds;
      },
      () => false,
    );
    if (!good) firstBad ??= new Date();
  };
  const timer = setInterval(() => {
    if (sent >= options.limit) return;
    sent += 1;
    const request = ask().finally(() => open.delete(request));
    open.add(request);
  }, 1000 / options.perSecond);

  return {
    firstBadAt: () => firstBad,
    sent: () => sent,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/**
 * Something to GET from a service, found in its OpenAPI document. Its parameters name nobody: a healthy service
 * answers 404, or 400.
 * @throws when the service does not answer or has nothing to GET.
 */
export async function urlToAsk(httpUrl: string): Promise<string> {
  const response = await fetch(`${httpUrl}/openapi.json`, { signal: AbortSignal.timeout(requestTimeoutMs) });
  const { paths } = openApi.parse(await response.json());
  const template = Object.keys(paths).find((path) => paths[path]?.get !== undefined);
  if (!template) throw new Error(`${httpUrl} has nothing to GET, so the drill cannot make it fail`);
  return httpUrl + template.replaceAll(/\{[^}]+\}/g, nobody);
}
