import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readable } from '../readable.ts';
import type { Say } from './up.ts';

/** Of each log, before what is yet to come. */
export const shownLines = 200;

/** Shows the end of a part's log, JSON lines made readable, and follows it unless told otherwise. */
export async function logs(
  root: string,
  part: string,
  { follow }: { follow: boolean },
  say: Say,
): Promise<void> {
  const dir = path.join(root, '.tocsin/logs');
  const file = path.join(dir, `${part}.log`);
  if (!existsSync(file)) {
    const files = await readdir(dir).catch(() => []);
    const names = files.flatMap((name) => (name.endsWith('.log') ? [path.basename(name, '.log')] : []));
    throw new Error(
      `There is no log of "${part}". There are: ${names.join(', ') || 'none, before `make up`'}.`,
    );
  }
  // `tail -F` goes on when the file is cut to size.
  const tail = spawn('tail', ['-n', String(shownLines), ...(follow ? ['-F'] : []), file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface(tail.stdout)) say(readable(line));
}
