import { createHttpClient, type Metrics } from '@tocsin/kit';
import { z } from 'zod';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix time in seconds, and the value; only finite ones. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface Span {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

export interface PrometheusClient {
  /** @throws {KitError} `prometheus_unavailable` or `prometheus_refused`. */
  read(query: string, span: Span): Promise<Series[]>;
}

const matrix = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.coerce.number().catch(Number.NaN)])),
      }),
    ),
  }),
});

export function createPrometheusClient(deps: { metrics: Metrics }, url: string): PrometheusClient {
  const http = createHttpClient(deps, 'prometheus', url);
  return {
    async read(query, { from, to, stepSeconds }) {
      const params = new URLSearchParams({
        query,
        start: String(from.getTime() / 1000),
        end: String(to.getTime() / 1000),
        step: String(stepSeconds),
      });
      const { body } = await http.call({
        path: `/api/v1/query_range?${params}`,
        answers: { 200: matrix },
        timeoutMs: 3000,
      });
      return body.data.result.map(({ metric: { __name__: _, ...labels }, values }) => ({
        labels,
        points: values.filter(([, value]) => Number.isFinite(value)),
      }));
    },
  };
}
