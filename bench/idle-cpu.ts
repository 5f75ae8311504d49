// Processor time of an idle service with consumer, relay and database, against kafkajs as it comes, side by side.
// Run: node bench/idle-cpu.ts [seconds]
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startParts } from '@tocsin/ops';
import { createTestTopics, testDeps } from '../packages/kit/src/testing/backing.ts';
import { startServiceProcess } from '../packages/kit/src/testing/service-process.ts';

const seconds = Number(process.argv[2] ?? 30);
const settleMs = 10_000;

await using clean = new AsyncDisposableStack();
const stack = await startParts({
  root: path.resolve(import.meta.dirname, '..'),
  parts: ['kafka', 'postgres'],
});
clean.defer(() => stack.stop());
const brokers = [stack.env.KAFKA_BROKERS ?? ''];
const deps = testDeps();

async function start(environment: Record<string, string>) {
  const topics = await createTestTopics(deps, { brokers, partitions: 3 });
  const { adminUrl } = await startServiceProcess(
    clean,
    new URL('../packages/kit/src/testing/fixture-service.ts', import.meta.url),
    {
      DATABASE_URL: stack.env.POSTGRES_URL ?? '',
      KAFKA_BROKERS: brokers.join(','),
      EVENTS_TOPIC: topics.events.name,
      GROUP: topics.group.name,
      ...environment,
    },
  );
  return async () => {
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
  };
}

const services = {
  'with the patch': await start({}),
  'as it comes': await start({ NODE_OPTIONS: `--import=${new URL('without-patch.ts', import.meta.url)}` }),
};
await sleep(settleMs);
const read = () => Promise.all(Object.values(services).map((cpuSeconds) => cpuSeconds()));
const before = await read();
await sleep(seconds * 1000);
const after = await read();
console.table(
  Object.keys(services).map((kafkajs, index) => ({
    kafkajs,
    '% of a core': Number(((((after[index] ?? 0) - (before[index] ?? 0)) / seconds) * 100).toFixed(2)),
  })),
);
