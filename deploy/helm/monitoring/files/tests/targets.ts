// Every target is up, and no job is without one.
import { prometheus, until } from './wait.ts';

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

const expected = JSON.parse(process.env.EXPECTED_JOBS ?? '[]') as string[];

await until('every target is up', async () => {
  const { activeTargets } = await prometheus<{ activeTargets: Target[] }>('targets?state=active');
  const jobs = new Set(activeTargets.map(({ labels }) => labels.job));
  return [
    ...expected.filter((job) => !jobs.has(job)).map((job) => `${job} has no target`),
    ...activeTargets
      .filter(({ health }) => health !== 'up')
      .map(({ labels, health, lastError }) => `${labels.job} ${labels.instance} is ${health}: ${lastError}`),
  ];
});
