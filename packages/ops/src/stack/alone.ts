import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Does `work` while no other process does work of that name on the same folder.
 * The lock is an abstract socket (unix(7)): it takes no file, and the system frees it however its holder ends.
 * @throws Error with `message` when another process is at it.
 */
export async function alone<T>(
  name: string,
  folder: string,
  message: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = createServer();
  const id = createHash('sha256').update(realpathSync(folder)).digest('hex');
  try {
    await once(lock.listen(`\0tocsin-${name}-${id}`), 'listening');
  } catch (cause) {
    throw new Error(message, { cause });
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}
