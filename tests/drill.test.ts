import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import {
  handsAt,
  loadDrill,
  pendingFile,
  performDrill,
  platformAt,
  type RunningParts,
  startParts,
} from '@tocsin/ops';
import { lookAtRules } from '../alerts/testing/look-at-rules.ts';
import { lookAtDashboards } from '../dashboards/testing/look.ts';
import { ports } from '../deploy/local/ports.ts';

const root = path.join(import.meta.dirname, '..');
const exporters = ['node-exporter', 'data-volumes', 'postgres-exporter', 'blackbox-exporter', 'pushgateway'];
const backing = ['kafka', 'postgres', ...exporters, 'alertmanager', 'prometheus', 'pager'];
const services = Object.entries(ports).flatMap(([name, of]) => ('admin' in of ? [name] : []));
/** The drill's bounds are for a machine of its own; here others work beside it. */
const patience = 5;

test('the whole platform, with shoppers on their way', async (context) => {
  const clean = cleanup(context);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-drill-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  const since = new Date();
  const parts = await startParts({
    root,
    parts: [...backing, ...services, 'topics', 'databases', 'reconcile'],
    timeoutMs: 120_000,
  });
  clean.defer(parts.stop);

  await context.test('a service that fails its requests is told in the room, and so is the all-clear', (t) =>
    rehearse(t, parts, pendingFile(folder)),
  );

  // After an alarm, because a few panels show nothing while nothing has ever rung.
  await context.test('every panel of every dashboard shows something', async () => {
    await missTheBank(parts);
    const prometheus = `http://127.0.0.1:${parts.ports.prometheus.http}`;
    let problems: string[] = [];
    await until(
      'no panel is empty',
      async () => {
        problems = await lookAtDashboards(prometheus, { services, since });
        return problems.length === 0;
      },
      120_000,
      () => problems,
    );
  });

  await context.test('there are series of whatever a rule reads', async () => {
    const prometheus = `http://127.0.0.1:${parts.ports.prometheus.http}`;
    let problems: string[] = [];
    await until(
      'no rule reads what nobody makes',
      async () => {
        problems = await lookAtRules(prometheus);
        return problems.length === 0;
      },
      120_000,
      () => problems,
    );
  });
});

async function rehearse(t: TestContext, parts: RunningParts, pending: ReturnType<typeof pendingFile>) {
  const drill = await loadDrill('HighErrorRate', 'customers');
  const within = Object.fromEntries(
    Object.entries(drill.within).map(([stage, seconds]) => [stage, seconds * patience]),
  );
  const control = {
    ...parts,
    release: async (part: string) => parts.release(part),
    kill: async (part: string) => parts.kill(part, 'SIGKILL'),
  };
  const named = Object.keys(parts.ports);
  const platform = platformAt(parts.ports, control, { parts: named, ringsOurPager: true });
  const { ports, dataDir } = parts;
  const { stages, problems } = await performDrill(
    {
      platform,
      hands: (alert) => handsAt({ root: dataDir, dataDir, ports, platform, alert }),
      loadDrill,
      pending,
      progress: {
        say: (text) => t.diagnostic(text),
        waiting() {},
        reached: ({ stage, seconds }) => t.diagnostic(`${stage} after ${seconds?.toFixed(1)} s`),
      },
      signal: t.signal,
    },
    { ...drill, within },
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    stages.map(({ stage }) => stage),
    ['firstBadResponse', 'pending', 'firing', 'alertmanager', 'webhook', 'message', 'pager'].concat([
      'cleared',
      'resolved',
      'pagerResolved',
    ]),
  );
}

/** Some call of some service goes without an answer: one panel shows just that. */
async function missTheBank(parts: RunningParts) {
  await parts.hold('bank');
  await until('payments misses the bank', async () => {
    const metrics = await fetch(`http://127.0.0.1:${parts.ports.payments.admin}/metrics`);
    return /server_address="bank",http_response_status_code="",error_type="\w+"/.test(await metrics.text());
  });
  parts.release('bank');
}
