import { execa } from 'execa';

/** What a program is called by each package manager. */
const packages = {
  'apt-get': {
    java: 'openjdk-17-jre-headless',
    maven: 'maven',
    prometheus: 'prometheus',
    alertmanager: 'prometheus-alertmanager',
    exporters:
      'prometheus-node-exporter prometheus-postgres-exporter prometheus-blackbox-exporter prometheus-pushgateway',
  },
  dnf: {
    java: 'java-21-openjdk-headless',
    maven: 'maven',
    prometheus: 'golang',
    alertmanager: 'golang',
    exporters: 'golang',
  },
  brew: {
    java: 'openjdk',
    maven: 'maven',
    prometheus: 'prometheus',
    alertmanager: 'alertmanager',
    exporters: 'go',
  },
} as const;

const commands = {
  'apt-get': 'sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  brew: 'brew install',
} as const;

/** The line that installs it on this machine. */
export async function installLine(program: keyof (typeof packages)['brew']): Promise<string> {
  for (const manager of ['apt-get', 'dnf', 'brew'] as const) {
    if ((await execa(manager, ['--version'], { reject: false })).failed) continue;
    return `${commands[manager]} ${packages[manager][program]}`;
  }
  return `install ${program} and put it on the PATH`;
}
