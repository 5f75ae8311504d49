// Prometheus has loaded all rules, no others, and can evaluate them.
import { prometheus } from './prometheus.ts';
import { until } from './wait.ts';

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const expected = JSON.parse(process.env.EXPECTED_RULES ?? '[]') as string[];

await until(`${expected.length} rules are loaded`, async () => {
  const { groups } = await prometheus<{ groups: { rules: Rule[] }[] }>('rules');
  const rules = groups.flatMap((group) => group.rules);
  const names = rules.map(({ name }) => name);
  return [
    ...expected.filter((name) => !names.includes(name)).map((name) => `${name} is not loaded`),
    ...names.filter((name) => !expected.includes(name)).map((name) => `${name} is not ours`),
    ...rules
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError }) => `${name} is ${health}: ${lastError}`),
  ];
});
