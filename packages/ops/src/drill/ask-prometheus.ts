import { z } from 'zod';
import { readJson } from './read-json.ts';

const answer = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.coerce.number()]) })) }),
});

/** The value of a query that has one at most, now; undefined where there is none. @throws when Prometheus does not answer. */
export async function askPrometheus(prometheusUrl: string, query: string): Promise<number | undefined> {
  const url = `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`;
  return (await readJson(url, answer)).data.result[0]?.value[1];
}
