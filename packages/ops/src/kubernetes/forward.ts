import { takenPorts } from '../stack/taken-ports.ts';
import { addressTable, forwardedServices } from './address-table.ts';
import type { Forwarded } from './addresses.ts';
import { keepPortForward } from './port-forward.ts';
import { openTarget, type TargetOptions } from './target.ts';
import { watchEndings } from './watch-endings.ts';

/** `make forward`: the cluster's ports on this machine, until SIGINT or SIGTERM. */
export async function forward(
  options: TargetOptions & { root: string; portOffset: number },
  say: (line: string) => void,
): Promise<void> {
  const target = await openTarget(options.root, options);
  const services = await forwardedServices(target, options.portOffset);
  await refuseTaken([...services.values()].flat(), options.portOffset);

  const ending = new AbortController();
  const end = () => ending.abort();
  // Not `once`: execa lets the process be killed as soon as nobody else listens.
  process.on('SIGINT', end).on('SIGTERM', end);
  const endings = watchEndings(target, ending.signal);
  const opened = new Set<string>();
  let complete = false;
  const ways = [...services].map(([service, ports]) =>
    keepPortForward(target, service, {
      pairs: ports.map(({ port, target: remote }) => ({ local: port, remote })),
      signal: ending.signal,
      ending: endings,
      onOpen() {
        if (complete || opened.has(service)) say(`${service}: there again`);
        opened.add(service);
        if (complete || opened.size < services.size) return;
        complete = true;
        say(`${addressTable(services)}\n\nCtrl-C ends it.`);
      },
      onLost: (why) => say(`${service}: ${why}; looking for another pod …`),
    }),
  );
  await Promise.all(ways);
  say('Ended.');
}

async function refuseTaken(ports: readonly Forwarded[], portOffset: number): Promise<void> {
  const taken = await takenPorts(ports.map(({ port }) => port));
  if (taken.length === 0) return;
  const list = taken.map(({ port, owner }) => `  ${port} is taken by ${owner ?? 'another process'}`);
  throw new Error([...list, `Other ports: make forward PORT_OFFSET=${portOffset + 1000}`].join('\n'));
}
