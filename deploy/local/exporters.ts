import { mkdirSync } from 'node:fs';
import { findProgram, type Part, type ProgramName, type Site, understands } from '@tocsin/ops';
import { superuserUrl } from './postgres.ts';

/** What answers Prometheus for those that do not speak its language: the machine, Postgres, jobs, callers. */
export function exporters(site: Site): Part[] {
  return [
    nodeExporter(site),
    dataVolumes(site),
    postgresExporter(site),
    blackboxExporter(site),
    pushgateway(site),
  ];
}

/** The folder whose `.prom` files node_exporter serves beside its own metrics. */
const textfiles = ({ dataDir }: Site) => `${dataDir}/node-exporter`;

/** Of the machine. Its file systems are their owner's business; ours have quotas, see data-volumes.sh. */
function nodeExporter(site: Site): Part {
  const collectors = [
    'cpu',
    'diskstats',
    'loadavg',
    'meminfo',
    'netdev',
    'stat',
    'textfile',
    'time',
    'uname',
  ];
  return exporter(site, 'node-exporter', 'node_exporter', {
    args: async () => [
      ...['--collector.disable-defaults', ...collectors.map((name) => `--collector.${name}`)],
      `--collector.textfile.directory=${textfiles(site)}`,
    ],
    prepare: async () => void mkdirSync(textfiles(site), { recursive: true }),
  });
}

/** How full the folders are that grow, each as if it were a volume: the part that node_exporter cannot know. */
function dataVolumes(site: Site): Part {
  return {
    name: 'data-volumes',
    kind: 'process',
    command: () => ['bash', `${site.root}/deploy/local/data-volumes.sh`],
    env: { DATA_DIR: site.dataDir, TEXTFILES: textfiles(site), QUOTA_BYTES: String(2 ** 30) },
    ports: [],
    prepare: async () => void mkdirSync(textfiles(site), { recursive: true }),
  };
}

/** As superuser: connections that are kept back for that one let it see when all others are taken. */
function postgresExporter(site: Site): Part {
  return exporter(site, 'postgres-exporter', 'postgres_exporter', {
    // An old one asks Postgres for columns that it no longer has, and complains at each scrape.
    args: async (program) =>
      (await understands(program, 'collector.bgwriter')) ? ['--no-collector.bgwriter'] : [],
    env: { DATA_SOURCE_NAME: `${superuserUrl(site.ports.postgres.sql)}?sslmode=disable` },
  });
}

function blackboxExporter(site: Site): Part {
  return exporter(site, 'blackbox-exporter', 'blackbox_exporter', {
    args: async () => [`--config.file=${site.root}/deploy/helm/monitoring/files/blackbox.yaml`],
    health: '/-/healthy',
  });
}

/** Keeps what was pushed when it is started again. */
function pushgateway(site: Site): Part {
  const dir = `${site.dataDir}/pushgateway`;
  return exporter(site, 'pushgateway', 'pushgateway', {
    args: async () => [`--persistence.file=${dir}/metrics`, '--persistence.interval=10s'],
    health: '/-/ready',
    prepare: async () => void mkdirSync(dir, { recursive: true }),
  });
}

type ExporterName = 'node-exporter' | 'postgres-exporter' | 'blackbox-exporter' | 'pushgateway';

function exporter(
  { root, ports }: Site,
  name: ExporterName,
  program: ProgramName,
  {
    args,
    health = '/',
    ...more
  }: { args: (program: string) => Promise<string[]>; health?: string } & Pick<Part, 'env' | 'prepare'>,
): Part {
  const port = ports[name].http;
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    kind: 'process',
    fetch: async (report) => void (await findProgram(program, { root, report })),
    command: async () => {
      const file = await findProgram(program, { root });
      return [file, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn', ...(await args(file))];
    },
    ports: [port],
    url,
    ready: { http: `${url}${health}` },
    live: { http: `${url}${health}` },
    ...more,
  };
}
