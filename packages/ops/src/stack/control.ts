import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import path from 'node:path';
import type { Ports } from '../../../../deploy/local/ports.ts';
import type { PartStatus } from './part.ts';

/** How the whole stack is. */
export interface StackStatus {
  supervisorPid: number;
  ports: Ports;
  /** How many there are of Kafka's brokers. */
  brokers: 1 | 3;
  /** Where each part keeps its data, in a folder of its name. */
  dataDir: string;
  /** Whether critical alerts go to our own pager. */
  ringsOurPager: boolean;
  parts: (PartStatus & { rssBytes: number | null })[];
}

/** What the supervisor does for the commands. */
export interface Control {
  status(): Promise<StackStatus>;
  hold(part: string): Promise<void>;
  /** One that is held, with other settings when they are given. */
  release(part: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGKILL, as an accident would; the supervisor starts it again. */
  kill(part: string): Promise<void>;
  freeze(part: string): Promise<void>;
  thaw(part: string): Promise<void>;
  down(): Promise<void>;
}

/** Relative to the root of the repository: the path of a socket may not be longer than some 100 characters. */
const socketPath = '.tocsin/run/control.sock';

/** There is no supervisor at the other end. */
export class NotUp extends Error {
  override readonly name = 'NotUp';
}

/** Answers the commands of `serveControl`'s callers, until it is closed. The current folder must be the root. */
export async function serveControl(control: Control): Promise<Server> {
  const server = createServer(async (incoming, response) => {
    response.setHeader('connection', 'close'); // Nothing may keep the supervisor from ending.
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://supervisor');
    const [, verb = '', part = ''] = pathname.split('/');
    try {
      const answer = await act(control, verb, decodeURIComponent(part), Object.fromEntries(searchParams));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? {}));
    } catch (error) {
      response.statusCode = 400;
      response.end(error instanceof Error ? error.message : String(error));
    }
  });
  await mkdir(path.dirname(socketPath), { recursive: true });
  rmSync(socketPath, { force: true }); // Of one that was killed; whoever calls us has found nobody there.
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  server.once('error', reject).listen(socketPath, () => resolve(server));
  return promise;
}

function act(
  control: Control,
  verb: string,
  part: string,
  settings: Record<string, string>,
): Promise<unknown> {
  if (verb === 'status') return control.status();
  if (verb === 'release') return control.release(part, settings);
  if (partVerbs.some((known) => known === verb)) return control[verb as (typeof partVerbs)[number]](part);
  if (verb === 'down') return control.down();
  throw new Error(`The supervisor knows no "${verb}"`);
}

const partVerbs = ['hold', 'kill', 'freeze', 'thaw'] as const;

const onParts = Object.fromEntries(
  partVerbs.map((verb) => [
    verb,
    async (part: string) => void (await ask(`${verb}/${encodeURIComponent(part)}`)),
  ]),
) as Pick<Control, (typeof partVerbs)[number]>;

/** The supervisor of this repository, asked through its socket. Each call throws {@link NotUp} when there is none. */
export function supervisor(): Control {
  return {
    status: async () => JSON.parse(await ask('status')) as StackStatus,
    ...onParts,
    release: async (part, settings = {}) =>
      void (await ask(`release/${encodeURIComponent(part)}?${new URLSearchParams(settings)}`)),
    down: async () => void (await ask('down')),
  };
}

/** How the stack is; undefined when there is no supervisor. */
export async function statusIfUp(): Promise<StackStatus | undefined> {
  try {
    return await supervisor().status();
  } catch (error) {
    if (error instanceof NotUp) return undefined;
    throw error;
  }
}

function ask(what: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request(
    { socketPath, path: `/${what}`, method: 'POST', timeout: 120_000 },
    async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(text));
      } catch (error) {
        reject(error);
      }
    },
  );
  asked.on('timeout', () => asked.destroy(new Error('The supervisor does not answer')));
  asked.on('error', (error: NodeJS.ErrnoException) => {
    const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
    reject(nobody ? new NotUp('The platform is not up. `make up` starts it.') : error);
  });
  asked.end();
  return promise;
}
