import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { findProgram, renderAlertmanagerConfig } from '@tocsin/ops';
import { keyOf, type Labels, startAlertmanager, temporaryFolder } from './testing/alertmanager.ts';
import { heardBy, startListener } from './testing/receivers.ts';

const run = promisify(execFile);
const critical = (alertname: string, service: string): Labels => ({
  alertname,
  severity: 'critical',
  namespace: 'tocsin',
  ...(service && { service }),
});
const warning = { alertname: 'SomethingOdd', severity: 'warning', namespace: 'tocsin', service: 'orders' };
const unknownSeverity = { alertname: 'NoSeverity', namespace: 'tocsin', service: 'orders' };
const watchdog = { alertname: 'Watchdog', severity: 'none' };
const info = { alertname: 'SomethingToKnow', severity: 'info', namespace: 'tocsin', service: 'orders' };
const otherNone = { alertname: 'AnotherHeartbeat', severity: 'none' };

const receivers: readonly (readonly [Labels, readonly string[]])[] = [
  [critical('HighErrorRate', 'customers'), ['pager', 'chatops-critical']],
  [critical('ServiceDown', 'payments'), ['pager', 'chatops-critical']],
  [critical('ChatopsDown', 'chatops'), ['pager']],
  [warning, ['chatops-warning']],
  [unknownSeverity, ['chatops-warning']],
  [watchdog, ['dead-mans-switch']],
  [info, ['null']],
  [otherNone, ['null']],
];
const urls = { chatopsUrl: 'http://127.0.0.1:8108/', pagerUrl: 'http://127.0.0.1:8110' };

test('the configuration is valid, and leads each alert to its receivers', async (context) => {
  const file = path.join(await temporaryFolder(cleanup(context)), 'alertmanager.yml');
  await writeFile(file, renderAlertmanagerConfig(urls));
  const amtool = await findProgram('amtool');
  await run(amtool, ['check-config', file]);
  for (const [labels, names] of receivers) {
    const matchers = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    await run(amtool, [
      ...['config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${names.join()}`],
      ...matchers,
    ]);
  }
});

test('each alert alone is heard by its receivers, the room and the pager each at its address', async (context) => {
  const { alertmanager, room, pager } = await startImpatient(context);
  await alertmanager.fire(receivers.map(([labels]) => labels));
  const expected = (wanted: (receiver: string) => boolean) =>
    receivers
      .flatMap(([labels, names]) => names.filter(wanted).map((name) => `${labels.alertname} by ${name}`))
      .sort();
  const told = (listener: typeof room) => [
    ...new Set(heardBy(listener).map(({ labels, receiver }) => `${labels.alertname} by ${receiver}`)),
  ];
  const all = expected((name) => name !== 'null');
  await until(
    'all but the silent ones are heard',
    () => told(room).length + told(pager).length >= all.length,
  );
  assert.deepEqual(
    told(pager).sort(),
    expected((name) => name === 'pager'),
  );
  assert.deepEqual(
    told(room).sort(),
    expected((name) => name !== 'pager' && name !== 'null'),
  );
  for (const [labels, names] of receivers) {
    const known = await alertmanager.find(labels);
    assert.deepEqual(known?.receivers.map(({ name }) => name).sort(), [...names].sort());
  }
});

test('ServiceDown hides the symptoms of its service, until it is over', async (context) => {
  const { alertmanager, room } = await startImpatient(context);
  const cause = critical('ServiceDown', 'customers');
  const symptoms = [critical('ProbeFailing', 'customers'), critical('HighLatencyP99', 'customers')];
  const bystander = critical('ProbeFailing', 'orders');
  const elsewhere = { ...critical('ProbeFailing', 'customers'), namespace: 'elsewhere' };
  // Labels that are missing on both sides count as equal.
  const causeOfNobody = critical('ServiceDown', '');
  const symptomOfNobody = critical('ProbeFailing', '');
  const heard = () => new Set(heardBy(room).map(({ labels }) => keyOf(labels)));
  const isHeard = (labels: Labels) => heard().has(keyOf(labels));

  await alertmanager.fire([cause, causeOfNobody]);
  await until('the causes are heard', () => heard().size === 2);
  await alertmanager.fire([...symptoms, bystander, elsewhere, symptomOfNobody]);
  await until('the others are heard', () => heard().size === 5);

  const inhibitor = (await alertmanager.find(cause))?.fingerprint;
  assert.ok(inhibitor);
  for (const symptom of symptoms) {
    const { status } = await until('the symptom is processed', async () => {
      const known = await alertmanager.find(symptom);
      return known?.status.state !== 'unprocessed' && known;
    });
    assert.deepEqual([status.state, status.inhibitedBy], ['suppressed', [inhibitor]]);
    assert.equal(isHeard(symptom), false);
  }

  await alertmanager.resolve(cause);
  await until('the symptoms are heard after it', () => symptoms.every(isHeard));
});

/** Our configuration, which waits for nothing, with a room and a pager that only listen. */
async function startImpatient(context: TestContext) {
  const clean = cleanup(context);
  const room = await startListener(clean);
  const pager = await startListener(clean);
  const config = renderAlertmanagerConfig({ chatopsUrl: room.url, pagerUrl: pager.url })
    .replaceAll(/group_wait: \w+/g, 'group_wait: 0s')
    .replaceAll(/group_interval: \w+/g, 'group_interval: 1s');
  return { alertmanager: await startAlertmanager(clean, config), room, pager };
}
