import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Does `work` while no other process does work of that name on the same folder.
 * The lock is a socket that the system frees however its holder ends: an abstract one on Linux (unix(7)), which takes
 * no file; elsewhere one with a file, which stays behind when its holder is killed and is then taken over.
 * @throws Error with `message` when another process is at it.
 */
export async function alone<T>(
  name: string,
  folder: string,
  message: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = createServer((asked) => asked.destroy());
  const id = createHash('sha256')
    .update(`${name} ${realpathSync(folder)}`)
    .digest('hex')
    .slice(0, 32);
  try {
    await once(lock.listen(await freeAddress(`tocsin-${id}`)), 'listening');
  } catch (cause) {
    throw new Error(message, { cause });
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function freeAddress(name: string): Promise<string> {
  if (process.platform === 'linux') return `\0${name}`;
  const file = path.join(tmpdir(), `${name}.sock`);
  const asking = connect(file);
  const held = await once(asking, 'connect').then(
    () => true,
    () => false,
  );
  asking.destroy();
  if (!held) rmSync(file, { force: true });
  return file;
}
