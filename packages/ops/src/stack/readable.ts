import { styleText } from 'node:util';

const colours = { error: 'red', fatal: 'red', warn: 'yellow', debug: 'gray', trace: 'gray' } as const;

/**
 * `{"level":"warn","time":"2026-11-24T09:00:01.123Z","message":"…","key":1}` → `09:00:01.123 warn  … key=1`. Of an error
 * the first line is one of the fields, for whoever looks for the message with `grep`; its stack follows underneath.
 */
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
  const values = Object.entries(fields).map(([key, value]) => ({ key, lines: asLines(value) }));
  const rest = values.map(({ key, lines: [first] }) => `${key}=${first}`).join(' ');
  const head = [clock, String(level).padEnd(5), message, styleText('gray', rest)].join(' ').trimEnd();
  const text = [head, ...values.flatMap(({ lines }) => lines.slice(1))].join('\n');
  const colour = colours[level as keyof typeof colours];
  return colour ? styleText(colour, text) : text;
}

function asLines(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null && 'stack' in value) return String(value.stack).split('\n');
  return [JSON.stringify(value)];
}
