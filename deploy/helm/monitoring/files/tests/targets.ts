// Every target is up, no job is without one, and every service answers to its name.
import { prometheus } from './prometheus.ts';
import { until } from './wait.ts';

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

await until('every service answers through its Service object', async () => {
  const query = encodeURIComponent('probe_success == 0');
  const { result } = await prometheus<{ result: { metric: { instance: string } }[] }>(`query?query=${query}`);
  return result.map(({ metric }) => `${metric.instance} does not answer`);
});
