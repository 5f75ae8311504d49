import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import getPort from 'get-port';
import { mapPorts } from '../../stack/site.ts';
import { running, temporaryFolder } from '../../stack/testing.ts';
import { endOwnMonitoring, startOwnMonitoring } from './own-monitoring.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');

/** A real Prometheus and a real Alertmanager, that find nobody to look at and nobody to tell. */
async function start(context: TestContext) {
  const clean = cleanup(context);
  const folder = await temporaryFolder(clean);
  const ports = await freePorts();
  const own = await startOwnMonitoring(root, { ports, brokers: 1 }, folder);
  clean.defer(() => own[Symbol.asyncDispose]());
  return { own, folder, url: `http://127.0.0.1:${ports.prometheus.http}` };
}

async function freePorts() {
  const nobody = await getPort();
  return {
    ...mapPorts(() => nobody),
    prometheus: { http: await getPort() },
    alertmanager: { http: await getPort() },
  };
}

const get = async (url: string) => (await (await fetch(url)).json()) as { data: never };

test('Prometheus judges every second by rules whose times are a fifteenth', async (context) => {
  const { url } = await start(context);
  const { yaml } = (await get(`${url}/api/v1/status/config`)).data as { yaml: string };
  assert.match(yaml, /scrape_interval: 1s\n[\s\S]*evaluation_interval: 1s\n/);
  assert.equal(yaml.match(/scrape_interval: (?!1s)/), null);
  const { groups } = (await get(`${url}/api/v1/rules?type=alert`)).data as {
    groups: { name: string; interval: number; rules: { name: string; duration: number; query: string }[] }[];
  };
  const rule = groups.flatMap(({ rules }) => rules).find(({ name }) => name === 'HighLatencyP99');
  assert.equal(rule?.duration, 8);
  // A group with an interval of its own, of a minute, has a fifteenth of that.
  const intervals = new Map(groups.map(({ name, interval }) => [name, interval]));
  assert.equal(intervals.get('http'), 1);
  assert.equal(intervals.get('slo'), 4);
});

test('Prometheus begins a drill empty, or with the history that the drill brings', async (context) => {
  const { own, url } = await start(context);
  const now = Date.now() / 1000;
  const known = async () =>
    ((await get(`${url}/api/v1/query?query=last_over_time(orders_of_old[1d])`)).data as { result: unknown[] })
      .result.length;
  await own.forget(
    `# TYPE orders_of_old gauge\norders_of_old 7 ${now - 7200}\norders_of_old 8 ${now - 60}\n# EOF\n`,
  );
  assert.equal(await known(), 1);
  await own.forget();
  assert.equal(await known(), 0);
  await assert.rejects(own.forget('this is no OpenMetrics'), /promtool refuses the history/);
});

test('what a killed drill has left of it is ended by its record', async (context) => {
  const clean = cleanup(context);
  const folder = await temporaryFolder(clean);
  const ports = await freePorts();
  const script = `
    import { startOwnMonitoring } from '${new URL('own-monitoring.ts', import.meta.url)}';
    const site = { ports: ${JSON.stringify(ports)}, brokers: 1 };
    const { stack } = await startOwnMonitoring('${root}', site, '${folder}');
    console.log(JSON.stringify(stack.status().map(({ pid }) => pid)));`;
  const drill = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  clean.defer(() => void drill.kill('SIGKILL'));
  const [line] = (await once(drill.stdout, 'data')) as [Buffer];
  const left = JSON.parse(String(line)) as number[];
  drill.kill('SIGKILL');
  await once(drill, 'exit');
  assert.deepEqual(await running(left), left);
  await endOwnMonitoring(root, folder);
  assert.deepEqual(await running(left), []);
});
