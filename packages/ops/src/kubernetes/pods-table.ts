import Table from 'cli-table3';
import type { NodeList } from 'kubernetes-types/core/v1.js';
import prettyBytes from 'pretty-bytes';
import { z } from 'zod';
import { plainTable } from '../stack/table.ts';
import { readAllPods } from './pods.ts';
import { kubectl, namespace, nodeNamespace, type Target } from './target.ts';

/** One line for each pod that runs, with what it takes, and the sum. */
export async function podsTable(target: Target): Promise<string> {
  const [pods, memory] = await Promise.all([
    readAllPods(target),
    memoryOfPods(target).catch(() => new Map<string, number>()),
  ]);
  const table = new Table(
    plainTable(['POD', 'STATE', 'MEMORY', 'RESTARTS', ''], ['left', 'left', 'right', 'right']),
  );
  const running = pods.filter(({ state }) => state !== 'done');
  const inWords = (bytes: number | undefined) => (bytes === undefined ? '' : prettyBytes(bytes));
  for (const { name, state, why, restarts } of running) {
    table.push([name, state, inWords(memory.get(name)), restarts, why.slice(0, 60)]);
  }
  const sum = running.reduce((bytes, { name }) => bytes + (memory.get(name) ?? 0), 0);
  table.push([`${running.length} pods`, '', sum ? inWords(sum) : '', '', '']);
  return table.toString();
}

const summarySchema = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      memory: z.object({ workingSetBytes: z.number() }).optional(),
    }),
  ),
});

/** As each node's kubelet measures it: a cluster of kind has no metrics-server. */
async function memoryOfPods(target: Target): Promise<Map<string, number>> {
  const { items } = JSON.parse(await kubectl(target, ['get', 'nodes', '--output=json'])) as NodeList;
  const summaries = await Promise.all(
    items.map(async ({ metadata }) => {
      const path = `/api/v1/nodes/${metadata?.name}/proxy/stats/summary`;
      return summarySchema.parse(JSON.parse(await kubectl(target, ['get', '--raw', path])));
    }),
  );
  return new Map(
    summaries
      .flatMap(({ pods }) => pods)
      .filter(({ podRef }) => [namespace, nodeNamespace].includes(podRef.namespace))
      .map(({ podRef, memory }) => [podRef.name, memory?.workingSetBytes ?? 0]),
  );
}
