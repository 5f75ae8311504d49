import os from 'node:os';
import { execa } from 'execa';

const brew = { docker: '--cask docker-desktop', kind: 'kind', kubectl: 'kubectl', helm: 'helm' };

/** The line that installs it on this machine. Linux distributions have Docker alone of these, if that. */
export async function installLine(program: keyof typeof brew): Promise<string> {
  if (!(await execa('brew', ['--version'], { reject: false })).failed) return `brew install ${brew[program]}`;
  const build = `${os.platform()}${program === 'kubectl' ? '/' : '-'}${os.arch() === 'arm64' ? 'arm64' : 'amd64'}`;
  const lines = {
    docker:
      'curl -fsSL https://get.docker.com | sudo sh && sudo usermod -aG docker "$USER"    # and sign in anew',
    kind: download('kind', `https://kind.sigs.k8s.io/dl/v0.33.0/kind-${build}`),
    kubectl: download('kubectl', `https://dl.k8s.io/release/v1.34.4/bin/${build}/kubectl`),
    helm: 'curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | bash',
  };
  return lines[program];
}

function download(program: string, url: string): string {
  const file = `/usr/local/bin/${program}`;
  return `sudo curl -fLo ${file} ${url} && sudo chmod +x ${file}`;
}
