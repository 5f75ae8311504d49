import Table from 'cli-table3';
import { plainTable } from '../stack/table.ts';
import { takenPorts } from '../stack/taken-ports.ts';
import { type Forwarded, forwardedPorts } from './addresses.ts';
import { keepPortForward } from './port-forward.ts';
import { kubectl, openTarget, type TargetOptions } from './target.ts';

/** `make forward`: the cluster's ports on this machine, until SIGINT or SIGTERM. */
export async function forward(
  options: TargetOptions & { root: string; portOffset: number },
  say: (line: string) => void,
): Promise<void> {
  const target = await openTarget(options.root, options);
  const names = (await kubectl(target, ['get', 'services', '--output=name'])).split('\n');
  const there = new Set(names.map((name) => name.replace('service/', '')));
  const ports = forwardedPorts(options.portOffset).filter(({ service }) => there.has(service));
  if (ports.length === 0) throw new Error('Nothing is installed there. `make deploy` does it.');
  await refuseTaken(ports, options.portOffset);

  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const opened = new Set<Forwarded>();
  const ways = ports.map((each) =>
    keepPortForward(target, `service/${each.service}`, {
      local: each.port,
      remote: each.target,
      signal: ending.signal,
      onOpen() {
        if (opened.has(each)) say(`${each.service} ${each.port}: there again`);
        opened.add(each);
        if (opened.size === ports.length && !told) {
          told = true;
          say(`${addressTable(ports)}\n\nCtrl-C ends it.`);
        }
      },
      onLost: (why) => say(`${each.service} ${each.port}: ${why}; trying again …`),
    }),
  );
  let told = false;
  await Promise.all(ways);
  say('Ended.');
}

async function refuseTaken(ports: readonly Forwarded[], portOffset: number): Promise<void> {
  const taken = await takenPorts(ports.map(({ port }) => port));
  if (taken.length === 0) return;
  const list = taken.map(({ port, owner }) => `  ${port} is taken by ${owner ?? 'another process'}`);
  throw new Error([...list, `Other ports: make forward PORT_OFFSET=${portOffset + 1000}`].join('\n'));
}

/** A line for each Service. */
function addressTable(ports: readonly Forwarded[]): string {
  const table = new Table(plainTable(['SERVICE', 'URL', 'ADMIN'], ['left', 'left', 'left']));
  for (const service of new Set(ports.map((each) => each.service))) {
    const own = ports.filter((each) => each.service === service);
    table.push([service, ...own.map(({ url, port }) => url ?? `localhost:${port}`)]);
  }
  return table.toString();
}
