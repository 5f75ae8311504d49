import { copyFile, open, stat, truncate } from 'node:fs/promises';

const maxLogBytes = 20_000_000;

/**
 * Keeps a log file bounded: when it is too long, its content moves to `<file>.1` and it starts anew. The process that
 * writes keeps its file open in append mode and notices nothing; what it writes in between is lost.
 */
export async function boundLog(file: string, maxBytes = maxLogBytes): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxBytes) return;
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

/** The last lines of a file, none when there is no file. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, 64_000);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
  } finally {
    await handle.close();
  }
}
