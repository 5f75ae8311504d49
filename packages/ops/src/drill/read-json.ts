import { z } from 'zod';

/** What a station answers. @throws when it does not, or in another shape. */
export async function readJson<Schema extends z.ZodType>(
  url: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const result = schema.safeParse(await response.json());
  if (!result.success) throw new Error(`${url} answered another shape: ${z.prettifyError(result.error)}`);
  return result.data;
}
