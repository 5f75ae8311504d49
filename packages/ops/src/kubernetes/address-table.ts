import Table from 'cli-table3';
import { plainTable } from '../stack/table.ts';
import { type Forwarded, forwardedPorts } from './addresses.ts';
import { kubectl, type Target } from './target.ts';

/** What `make forward` brings here of what is installed. @throws when that is nothing. */
export async function forwardedServices(
  target: Target,
  portOffset: number,
): Promise<Map<string, Forwarded[]>> {
  const names = (await kubectl(target, ['get', 'services', '--output=name'])).split('\n');
  const ports = forwardedPorts(portOffset).filter(({ service }) => names.includes(`service/${service}`));
  if (ports.length === 0) throw new Error('Nothing is installed there. `make deploy` does it.');
  return Map.groupBy(ports, ({ service }) => service);
}

/** For people. */
export function addressTable(services: ReadonlyMap<string, readonly Forwarded[]>): string {
  const table = new Table(plainTable(['SERVICE', 'URL', 'ADMIN'], ['left', 'left', 'left']));
  for (const [service, ports] of services) {
    table.push([service, ...ports.map(({ url, port }) => url ?? `localhost:${port}`)]);
  }
  return table.toString();
}
