import type { Part } from './part.ts';

/** Gets what the parts need and this machine does not have, all at once: they wait for different servers. */
export async function fetchAll(parts: readonly Part[], report: (line: string) => void): Promise<void> {
  const fetched = await Promise.allSettled(parts.map((part) => part.fetch?.(report)));
  for (const result of fetched) if (result.status === 'rejected') throw result.reason;
}
