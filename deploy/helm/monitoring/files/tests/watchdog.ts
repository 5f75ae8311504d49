// The Watchdog fires, Alertmanager has it, and the ops room hears it.
import { prometheus } from './prometheus.ts';
import { until } from './wait.ts';

interface Vector {
  readonly result: readonly { readonly value: readonly [number, string] }[];
}
const query = async (expression: string) =>
  (await prometheus<Vector>(`query?query=${encodeURIComponent(expression)}`)).result;

await until('the Watchdog fires', async () =>
  (await query('ALERTS{alertname="Watchdog",alertstate="firing"}')).length === 1 ? [] : ['it does not'],
);

await until('Alertmanager has it', async () => {
  const filter = encodeURIComponent('alertname="Watchdog"');
  const response = await fetch(`${process.env.ALERTMANAGER_URL}/api/v2/alerts?filter=${filter}`);
  const alerts = (await response.json()) as unknown[];
  return alerts.length === 1 ? [] : [`it has ${alerts.length}`];
});

const inPlace = (await query('up{service="chatops"}')).length > 0;
if (inPlace || process.env.REQUIRE_CHATOPS === 'true') {
  await until('the ops room has heard it within the last two minutes', async () => {
    const [age] = await query('time() - chatops_watchdog_last_heard_timestamp_seconds');
    if (!age) return ['Prometheus knows of no ops room'];
    return Number(age.value[1]) < 120 ? [] : [`it was ${age.value[1]} s ago`];
  });
} else {
  console.log('skipped: chatops is not installed, nobody hears the Watchdog');
}
