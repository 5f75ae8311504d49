import os from 'node:os';
import { execa } from 'execa';
import prettyBytes from 'pretty-bytes';
import type { Finding } from '../doctor/findings.ts';
import { isThere } from '../programs/find-program.ts';
import { installLine } from './install-line.ts';

/**
 * What the scheduler counts: all that each pod may take, and a new one beside each old one while the services are
 * replaced. Much less is in use, but with less of it pods would be Pending.
 */
export const neededMemoryBytes = 6e9;

/** What `make deploy` needs of this machine. Without a cluster to create, kubectl and Helm are enough. */
export async function examineForKubernetes(root: string, { kind }: { kind: boolean }): Promise<Finding[]> {
  const forClients = [kubectl(), helm(root)];
  return Promise.all(kind ? [docker(), memory(), program('kind', ['version']), ...forClients] : forClients);
}

/** @throws when something is missing, with the lines that put it right. */
export function refuseMissing(findings: readonly Finding[]): void {
  const missing = findings.filter(({ state }) => state === 'missing');
  if (missing.length === 0) return;
  const lines = missing.map(({ what, detail, cure }) => `  ${what}: ${detail}${cure ? `\n    ${cure}` : ''}`);
  throw new Error(['This machine is not ready:', ...lines].join('\n'));
}

async function docker(): Promise<Finding> {
  const format = '{{.ServerVersion}}';
  const { failed, stdout, code, stderr } = await execa('docker', ['info', '--format', format], {
    reject: false,
  });
  if (!failed) return { what: 'Docker', state: 'fine', detail: `engine ${stdout}` };
  if (code === 'ENOENT') return missing('Docker', 'not on the PATH', await installLine('docker'));
  return missing('Docker', `its engine does not answer: ${stderr.split('\n').at(-1)}`, startLine);
}

const startLine =
  process.platform === 'linux' ? 'sudo systemctl start docker' : 'open -a Docker    # starts Docker Desktop';

/** Docker Desktop has a machine of its own, with less memory than this one. */
async function memory(): Promise<Finding> {
  const { stdout } = await execa('docker', ['info', '--format', '{{.MemTotal}}'], { reject: false });
  const bytes = Number(stdout) || os.totalmem();
  const detail = `${prettyBytes(bytes)} for Docker, of which ${prettyBytes(neededMemoryBytes)} are needed`;
  return bytes >= neededMemoryBytes
    ? { what: 'Docker memory', state: 'fine', detail }
    : missing('Docker memory', detail);
}

function kubectl(): Promise<Finding> {
  return program('kubectl', ['version', '--client', '--output=json']);
}

async function program(what: 'kind' | 'kubectl', args: string[]): Promise<Finding> {
  const { failed } = await execa(what, args, { reject: false });
  if (failed) return missing(what, 'not on the PATH', await installLine(what));
  return { what, state: 'fine', detail: 'there' };
}

/** The one program of these that npm has, so it may be fetched. */
async function helm(root: string): Promise<Finding> {
  if (await isThere('helm', root)) return { what: 'Helm', state: 'fine', detail: 'there' };
  if (process.platform === 'linux' && process.arch === 'x64') {
    return {
      what: 'Helm',
      state: 'fine',
      detail: '`make deploy` takes it out of an npm package into .tocsin',
    };
  }
  return missing('Helm', '3.16 or later, not on the PATH', await installLine('helm'));
}

function missing(what: string, detail: string, cure?: string): Finding {
  return { what, state: 'missing', detail, ...(cure && { cure }) };
}
