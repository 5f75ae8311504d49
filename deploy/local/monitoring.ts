import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram, type Part, renderAlertmanagerConfig, type Site } from '@tocsin/ops';
import { brokerNames } from './brokers.ts';

/** Looks at every service, judges by `alerts/rules`. Last to start and first to end, so that neither is an alarm. */
export function prometheus(site: Site, services: Part[], exporters: Part[]): Part {
  const { root, dataDir, ports } = site;
  const port = ports.prometheus.http;
  const url = `http://127.0.0.1:${port}`;
  const dir = `${dataDir}/prometheus`;
  const alertmanagerAddress = `127.0.0.1:${ports.alertmanager.http}`;
  const local = (service: string, port: number | undefined) => ({ service, address: `127.0.0.1:${port}` });
  const targets = {
    services: services.map(({ name, ports: [, admin] }) => local(name, admin)),
    prometheus: [local('prometheus', port)],
    alertmanager: [local('alertmanager', ports.alertmanager.http)],
    kafka: brokerNames(site).map((name) => local('kafka', ports[name].metrics)),
    postgres: [local('postgres', ports['postgres-exporter'].http)],
    'node-exporter': [local('node-exporter', ports['node-exporter'].http)],
    'blackbox-exporter': [local('blackbox-exporter', ports['blackbox-exporter'].http)],
    pushgateway: [local('pushgateway', ports.pushgateway.http)],
    // The same question that the chart asks.
    probe: services.map(({ name, url }) => ({ service: name, address: `${url}/openapi.json` })),
  };
  return {
    name: 'prometheus',
    kind: 'process',
    fetch: async (report) => void (await findProgram('prometheus', { root, report })),
    command: async () => [
      await findProgram('prometheus', { root }),
      `--config.file=${dir}/prometheus.yaml`,
      `--storage.tsdb.path=${dir}/data`,
      '--storage.tsdb.retention.time=3d',
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--web.enable-lifecycle',
      '--log.level=warn',
    ],
    ports: [port],
    url,
    ready: { http: `${url}/-/ready` },
    live: { http: `${url}/-/healthy` },
    after: [...services, ...exporters].map(({ name }) => name).concat('alertmanager'),
    prepare: async () => {
      for (const folder of [dir, site.probeDir]) mkdirSync(folder, { recursive: true });
      const places = {
        ROOT: root,
        TARGETS: dir,
        MORE_PROBES: site.probeDir,
        ALERTMANAGER: alertmanagerAddress,
        BLACKBOX_EXPORTER: `127.0.0.1:${ports['blackbox-exporter'].http}`,
      };
      const config = readFileSync(`${root}/deploy/local/prometheus.yaml`, 'utf8');
      writeFileSync(`${dir}/prometheus.yaml`, fillIn(config, places));
      for (const [job, members] of Object.entries(targets)) {
        writeFileSync(`${dir}/${job}.json`, JSON.stringify(members.map(target), null, 2));
      }
    },
  };
}

/** Its labels are those that a pod in Kubernetes has. */
function target({ service, address }: { service: string; address: string }) {
  return { targets: [address], labels: { namespace: 'tocsin', service } };
}

function fillIn(template: string, places: Record<string, string>): string {
  return Object.entries(places).reduce(
    (text, [name, value]) => text.replaceAll(`\${${name}}`, value),
    template,
  );
}

export function alertmanager({ root, dataDir, ports }: Site): Part {
  const port = ports.alertmanager.http;
  const url = `http://127.0.0.1:${port}`;
  const dir = `${dataDir}/alertmanager`;
  return {
    name: 'alertmanager',
    kind: 'process',
    fetch: async (report) => void (await findProgram('alertmanager', { root, report })),
    command: async () => [
      await findProgram('alertmanager', { root }),
      `--config.file=${dir}/alertmanager.yaml`,
      `--storage.path=${dir}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--cluster.listen-address=', // It would listen on all addresses, port 9094.
      '--log.level=warn',
    ],
    ports: [port],
    url,
    ready: { http: `${url}/-/ready` },
    live: { http: `${url}/-/healthy` },
    after: ['chatops', 'pager'],
    prepare: async () => {
      mkdirSync(dir, { recursive: true });
      const { PAGERDUTY_KEY_FILE, PAGERDUTY_URL, OPSGENIE_KEY_FILE, OPSGENIE_URL } = process.env;
      const config = renderAlertmanagerConfig({
        chatopsUrl: `http://127.0.0.1:${ports.chatops.http}`,
        publicUrl: `http://localhost:${ports.chatops.http}`,
        pagerUrl: `http://127.0.0.1:${ports.pager.http}`,
        // Whoever has a key gets the pages of this laptop by PagerDuty or Opsgenie.
        pagerdutyKeyFile: PAGERDUTY_KEY_FILE && bareKey(PAGERDUTY_KEY_FILE, `${dir}/pagerduty.key`),
        pagerdutyUrl: PAGERDUTY_URL,
        opsgenieKeyFile: OPSGENIE_KEY_FILE && bareKey(OPSGENIE_KEY_FILE, `${dir}/opsgenie.key`),
        opsgenieUrl: OPSGENIE_URL,
      });
      writeFileSync(`${dir}/alertmanager.yaml`, config);
    },
  };
}

/** The key without its line's end, which Alertmanager 0.25 would take for part of Opsgenie's. */
function bareKey(file: string, target: string): string {
  writeFileSync(target, readFileSync(file, 'utf8').trim(), { mode: 0o600 });
  return target;
}

/** The pager without an account anywhere: keeps what would have rung in `pager.jsonl`. */
export function pager({ root, logDir, ports }: Site): Part {
  const port = ports.pager.http;
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'pager',
    kind: 'process',
    command: () => [
      ...[
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        '--max-semi-space-size=1',
        '--max-old-space-size=48',
      ],
      ...[`${root}/packages/ops/src/cli.ts`, 'pager'],
    ],
    env: { HOST: '127.0.0.1', HTTP_PORT: String(port), PAGER_FILE: `${path.dirname(logDir)}/pager.jsonl` },
    ports: [port],
    url: `${url}/api/pages`,
    ready: { http: `${url}/healthz` },
    live: { http: `${url}/healthz` },
  };
}
