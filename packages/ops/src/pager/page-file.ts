import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Page, page } from './page.ts';

/** Pages in a file, one JSON object a line, oldest first. */
export interface PageFile {
  /** On disk when it resolves. */
  append(pages: readonly Page[]): Promise<void>;
}

export async function openPageFile(file: string): Promise<PageFile> {
  await mkdir(path.dirname(file), { recursive: true });
  const before = await textOf(file);
  // A crash or a full disk may have cut a line off: the next begins a new one.
  let cutOff = before !== '' && !before.endsWith('\n');
  const write = async (lines: string) => {
    const text = cutOff ? `\n${lines}` : lines;
    cutOff = true;
    await appendFile(file, text, { flush: true });
    cutOff = false;
  };
  // One after the other, so that no line is written into another.
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(pages) {
      const lines = pages.map((written) => `${JSON.stringify(written)}\n`).join('');
      const done = last.then(() => write(lines));
      last = done.catch(() => {}); // Told to whoever waits for that one.
      return done;
    },
  };
}

/** All pages of a file; none where there is no file yet. A line that is cut off is left out. */
export async function readPages(file: string): Promise<Page[]> {
  return (await textOf(file)).split('\n').flatMap((line) => {
    const read = page.safeParse(parsed(line));
    return read.success ? [read.data] : [];
  });
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
