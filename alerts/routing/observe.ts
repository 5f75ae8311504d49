import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@tocsin/kit/testing/backing';
import { renderAlertmanagerConfig } from '@tocsin/ops';
import { type Alert, alerts } from '../catalogue/rules.ts';
import { keyOf, type Labels, startAlertmanager } from '../testing/alertmanager.ts';
import { heardBy, startListener } from '../testing/receivers.ts';
import { type Pair, pairs } from './tree.ts';

/** What became of an alert: who heard of it, and which alerts hid it. */
export interface Fate {
  readonly heardBy: readonly string[];
  readonly hiddenBy: readonly string[];
}

export interface Observed {
  readonly alone: ReadonlyMap<string, Fate>;
  readonly pairs: readonly (Pair & {
    readonly causeFirst: Fate;
    readonly symptomFirst: Fate;
    /** The symptom elsewhere: of another service where only that of the same is hidden, else in another namespace. */
    readonly elsewhere: Fate;
  })[];
}

/**
 * Plays every alert alone, and every cause with its symptoms in both orders, to the real Alertmanager. Each case has
 * a namespace of its own, so that all are played at once.
 */
export async function observeRouting(clean: AsyncDisposableStack): Promise<Observed> {
  const room = await startListener(clean);
  const pager = await startListener(clean);
  const config = renderAlertmanagerConfig({ chatopsUrl: room.url, pagerUrl: pager.url });
  // Warnings wait no longer than what is critical. An attempt may still take as long as it may.
  const alertmanager = await startAlertmanager(
    clean,
    config.replaceAll(/group_wait: 30s/g, 'group_wait: 5s'),
  );

  const heard = () => [...heardBy(room), ...heardBy(pager)];
  /** Returns when whatever had been sent before has been told to whoever it is told. */
  const settle = async (round: string) => {
    const sentinels = ['critical', 'warning'].map((severity) => sentinel(round, severity));
    await alertmanager.fire(sentinels);
    const isHeard = (labels: Labels) => heard().some((one) => keyOf(one.labels) === keyOf(labels));
    await until(`the sentinels of ${round} are heard`, () => sentinels.every(isHeard), 60_000);
    for (let before = -1; before !== heard().length; await sleep(1000)) before = heard().length;
  };

  const known = new Map(alerts.map((alert) => [alert.alert, alert]));
  const cases = pairs.map((pair, index) => casesOf(pair, index, known));
  const alone = alerts.map((alert) => labelsOf(alert, `alone-${alert.alert}`));
  await alertmanager.fire([
    ...alone,
    ...cases.flatMap(({ causeFirst, elsewhere }) => [causeFirst[0], elsewhere[0]]),
  ]);
  await alertmanager.fire(cases.map(({ symptomFirst }) => symptomFirst[1]));
  await alertmanager.fire(cases.map(({ symptomFirst }) => symptomFirst[0]));
  await settle('first');
  await alertmanager.fire(cases.flatMap(({ causeFirst, elsewhere }) => [causeFirst[1], elsewhere[1]]));
  await settle('second');

  const all = await alertmanager.known();
  const names = new Map(all.map(({ fingerprint, labels }) => [fingerprint, labels.alertname ?? '']));
  const told = Map.groupBy(heard(), ({ labels }) => keyOf(labels));
  const states = new Map(all.map((alert) => [keyOf(alert.labels), alert.status]));
  const fateOf = (labels: Labels): Fate => ({
    heardBy: [...new Set(told.get(keyOf(labels))?.map(({ receiver }) => receiver))].sort(),
    hiddenBy: [...new Set(states.get(keyOf(labels))?.inhibitedBy.map((by) => names.get(by) ?? by))].sort(),
  });
  return {
    alone: new Map(alone.map((labels) => [labels.alertname ?? '', fateOf(labels)])),
    pairs: pairs.map((pair, index) => {
      const { causeFirst, symptomFirst, elsewhere } = cases[index] ?? raise(pair.cause);
      return {
        ...pair,
        causeFirst: fateOf(causeFirst[1]),
        symptomFirst: fateOf(symptomFirst[1]),
        elsewhere: fateOf(elsewhere[1]),
      };
    }),
  };
}

type CauseAndSymptom = readonly [cause: Labels, symptom: Labels];

function casesOf(pair: Pair, index: number, known: ReadonlyMap<string, Alert>) {
  const { cause, symptom, equal, symptomLabels } = pair;
  const both = (order: string): CauseAndSymptom => {
    const namespace = `${index}-${order}`;
    const [first, second] = [known.get(cause) ?? raise(cause), known.get(symptom) ?? raise(symptom)];
    return [labelsOf(first, namespace), { ...labelsOf(second, namespace), ...symptomLabels }];
  };
  const [besides, apart] = both('elsewhere');
  const elsewhere: CauseAndSymptom = equal.includes('service')
    ? [besides, { ...apart, service: 'another' }]
    : [besides, { ...apart, namespace: `${apart.namespace}-another` }];
  return { causeFirst: both('cause-first'), symptomFirst: both('symptom-first'), elsewhere };
}

/** Labels as its rule gives them; what comes from the series is `orders`. */
function labelsOf({ alert, labels = {} }: Alert, namespace: string): Labels {
  return { service: 'orders', ...labels, alertname: alert, namespace };
}

function sentinel(round: string, severity: string): Labels {
  return { alertname: 'Sentinel', severity, namespace: round, service: 'sentinel' };
}

function raise(name: string): never {
  throw new Error(`alertmanager.yaml names ${name}, and there is no such alert`);
}
