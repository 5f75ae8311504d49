import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readJson } from '../read-json.ts';

const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ lastScrape: z.coerce.date(), scrapeUrl: z.string() })),
  }),
});
const rules = z.object({
  data: z.object({ groups: z.array(z.object({ name: z.string(), lastEvaluation: z.coerce.date() })) }),
});

/** Rates and increases need a second scrape, and tell little of the first seconds. */
const memorySeconds = 5;

/**
 * Returns when a Prometheus that has just started has looked at every target for some seconds and judged by every
 * rule since. @throws Error that says what it still has not done within a minute.
 */
export async function untilJudged(prometheusUrl: string, timeoutMs = 60_000): Promise<void> {
  const startedAt = Date.now();
  const deadline = startedAt + timeoutMs;
  for (;;) {
    const missing = await unseen(prometheusUrl, new Date(startedAt + memorySeconds * 1000));
    if (missing.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Prometheus still has to look at ${missing.join(', ')}`);
    await sleep(200);
  }
}

async function unseen(prometheusUrl: string, since: Date): Promise<string[]> {
  const [{ data: seen }, { data: judged }] = await Promise.all([
    readJson(`${prometheusUrl}/api/v1/targets?state=active`, targets),
    readJson(`${prometheusUrl}/api/v1/rules`, rules),
  ]);
  if (seen.activeTargets.length === 0) return ['its targets, of which it has found none'];
  return [
    ...seen.activeTargets.filter(({ lastScrape }) => lastScrape < since).map(({ scrapeUrl }) => scrapeUrl),
    ...judged.groups
      .filter(({ lastEvaluation }) => lastEvaluation < since)
      .map(({ name }) => `its rules ${name}`),
  ];
}
