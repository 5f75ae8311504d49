import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/** A port that we need and somebody else has. */
export interface TakenPort {
  port: number;
  /** `pid 4711 (java -Xmx…)`; undefined where it cannot be known. */
  owner: string | undefined;
}

/** Which of these ports are taken on this machine, and by whom. */
export async function takenPorts(ports: readonly number[]): Promise<TakenPort[]> {
  const free = await Promise.all(ports.map(isFree));
  const taken = ports.filter((_, index) => !free[index]);
  return Promise.all(
    taken.map(async (port) => ({ port, owner: await ownerOf(port).catch(() => undefined) })),
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Linux alone tells this without another program: proc_net_tcp(5), then whose file descriptor that socket is. */
async function ownerOf(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const listening = rows.find(([, local, , state]) => local?.endsWith(`:${hexPort}`) && state === '0A');
  const link = `socket:[${listening?.[9]}]`;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []); // Another user's, or gone.
    for (const file of files) {
      if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')) !== link) continue;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
      return `pid ${pid} (${command.length > 60 ? `${command.slice(0, 60)}…` : command})`;
    }
  }
  return undefined;
}
