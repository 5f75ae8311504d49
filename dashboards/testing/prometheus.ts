import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);
const result = z.array(
  z.union([
    z
      .object({ metric: labels, value: point })
      .transform(({ metric, value }) => ({ metric, values: [value] })),
    z.object({ metric: labels, values: z.array(point) }),
  ]),
);

/** A series with at least one number in it. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
}

/** What Grafana asks of Prometheus. */
export function askPrometheus(url: string) {
  const ask = async (path: string, params: Record<string, string>): Promise<unknown> => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(params)}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await response.json()) as { data?: unknown; error?: string };
    if (!response.ok) throw new Error(`${body.error}: ${JSON.stringify(params)}`);
    return body.data;
  };
  const series = (data: unknown): Series[] =>
    result
      .parse((data as { result: unknown }).result)
      .filter(({ values }) => values.some(([, value]) => value !== 'NaN'));

  return {
    now: async (query: string) => series(await ask('query', { query })),
    /** From `since` to now. */
    overTime: async (query: string, since: Date) => {
      const [start, end] = [since, new Date()].map((date) => String(date.getTime() / 1000));
      return series(await ask('query_range', { query, start: start ?? '', end: end ?? '', step: '5' }));
    },
    labelValues: async (label: string, match: string) =>
      z.array(z.string()).parse(await ask(`label/${label}/values`, { 'match[]': match })),
    isThere: async (match: string) =>
      z.array(z.string()).parse(await ask('labels', { 'match[]': match })).length > 0,
    /** Families that a target has shown, also those without a series yet. */
    families: async () => Object.keys(z.record(z.string(), z.unknown()).parse(await ask('metadata', {}))),
  };
}
