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

  const isThere = async (match: string) =>
    z.array(z.string()).parse(await ask('labels', { 'match[]': match })).length > 0;
  let metadata: Promise<unknown> | undefined;
  /** Families that a target has shown, also those without a series yet. */
  const families = async () => {
    metadata ??= ask('metadata', {});
    return Object.keys(z.record(z.string(), z.unknown()).parse(await metadata));
  };

  return {
    now: async (query: string) => series(await ask('query', { query })),
    /** From `since` to now. */
    overTime: async (query: string, since: Date) => {
      const [start, end] = [since, new Date()].map((date) => String(date.getTime() / 1000));
      return series(await ask('query_range', { query, start: start ?? '', end: end ?? '', step: '5' }));
    },
    labelValues: async (label: string, match: string) =>
      z.array(z.string()).parse(await ask(`label/${label}/values`, { 'match[]': match })),
    isThere,
    /** A target tells of the metric, but nothing has been counted yet. */
    isJustDeclared: async (metric: string) =>
      (await families()).includes(metric.replace(/_(bucket|sum|count)$/, '')) && !(await isThere(metric)),
  };
}
