import { once } from 'node:events';
import { z } from 'zod';
import { pagerConfig, servePager } from './serve.ts';

/** `cli.ts pager`: runs until SIGINT or SIGTERM. */
export async function runPager(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  const config = pagerConfig.safeParse(env);
  if (!config.success) throw new Error(`The environment is wrong:\n${z.prettifyError(config.error)}`);
  const server = await servePager(config.data, say);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  server.close();
  server.closeIdleConnections();
}
