// Every service answers its readiness probe, through its Service.
import { until } from './wait.ts';

const names = JSON.parse(process.env.SERVICES ?? '[]') as string[];

await until(`${names.join(', ')} are ready`, async () => {
  const answers = await Promise.all(names.map(async (name) => ({ name, why: await unready(name) })));
  return answers.flatMap(({ name, why }) => (why === undefined ? [] : [`${name}: ${why}`]));
});

async function unready(name: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${name}:9102/readyz`, { signal: AbortSignal.timeout(5000) });
    return response.ok ? undefined : await response.text();
  } catch (error) {
    return error instanceof Error ? `${error.message}: ${error.cause}` : String(error);
  }
}
