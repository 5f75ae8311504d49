import { readFile, writeFile } from 'node:fs/promises';
import type { Hands } from '@tocsin/ops';
import { z } from 'zod';

const timeoutMs = 5000;
const flags = z.object({ data: z.object({ 'config.file': z.string() }) });

/**
 * Changes the file from which the running Prometheus reads its configuration, and has it read again. One that does not
 * run is left alone: its file is made anew when it starts.
 * @returns the status of the reload; 500 when Prometheus refuses what it reads.
 */
export async function changeConfig(
  { platform }: Hands,
  change: (config: string) => string,
): Promise<number | undefined> {
  const url = platform.prometheusUrl;
  const response = await fetch(`${url}/api/v1/status/flags`, {
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => undefined);
  if (!response) return undefined;
  const file = flags.parse(await response.json()).data['config.file'];
  await writeFile(file, change(await readFile(file, 'utf8')));
  const reload = await fetch(`${url}/-/reload`, { method: 'POST', signal: AbortSignal.timeout(timeoutMs) });
  return reload.status;
}
