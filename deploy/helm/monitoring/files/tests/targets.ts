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
  const silent = await query('probe_success == 0');
  // A probe that found nobody to ask fails nowhere.
  const unasked = expected.includes('blackbox-exporter')
    ? await query('group by (service) (up{job="services"}) unless on (service) probe_success{job="probe"}')
    : [];
  return [
    ...silent.map(({ metric }) => `${metric.instance} does not answer`),
    ...unasked.map(({ metric }) => `${metric.service} is not asked`),
  ];
});

async function query(expression: string) {
  interface Vector {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[];
  }
  return (await prometheus<Vector>(`query?query=${encodeURIComponent(expression)}`)).result;
}
