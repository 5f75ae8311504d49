import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import type { Say } from './up.ts';

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
  const tail = spawn('tail', ['-n', '200', ...(follow ? ['-F'] : []), file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface(tail.stdout)) say(readable(line));
}

const colours = { error: 'red', fatal: 'red', warn: 'yellow', debug: 'gray', trace: 'gray' } as const;

/** `{"level":"warn","time":"2026-11-24T09:00:01.123Z","message":"…","key":1}` → `09:00:01.123 warn … key=1` */
export function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line; // Cut off in the middle.
  }
  const { level, time, message, service: _service, release: _release, ...fields } = entry;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${asText(value)}`);
  const text = [clock, String(level).padEnd(5), message, styleText('gray', rest.join(' '))]
    .join(' ')
    .trimEnd();
  const colour = colours[level as keyof typeof colours];
  return colour ? styleText(colour, text) : text;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'stack' in value) return `\n  ${String(value.stack)}`;
  return JSON.stringify(value);
}
