import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { GoSource } from './outside-programs.ts';

/** Without these, Prometheus is built with the client libraries of every cloud, several times as long. */
const tags = 'remove_all_sd,enable_kubernetes_sd,enable_dns_sd';

/**
 * Builds a program from the Go modules pinned in `tools/`: the last resort, minutes of work.
 * @returns whether it is at `target` now; false where there is no Go.
 */
export async function buildWithGo(
  { goModule, goPackage }: GoSource,
  target: string,
  { root, report }: { root: string; report: (line: string) => void },
): Promise<boolean> {
  if ((await execa('go', ['version'], { reject: false })).failed) return false;
  report(`building ${path.basename(target)} with Go, which takes minutes the first time …`);
  await mkdir(path.dirname(target), { recursive: true });
  const cwd = path.join(root, 'tools', goModule);
  const version = await execa('go', ['list', '-m', '-f', '{{.Version}}', modulePath(goPackage)], { cwd });
  const stamp = `-X github.com/prometheus/common/version.Version=${releaseOf(version.stdout)}`;
  const flags = ['-mod=readonly', '-trimpath', '-tags', tags, '-ldflags', `-s -w ${stamp}`];
  await execa('go', ['build', ...flags, '-o', target, goPackage], { cwd, all: true });
  return true;
}

/** `github.com/owner/name/cmd/…` → `github.com/owner/name` */
function modulePath(goPackage: string): string {
  return goPackage.split('/').slice(0, 3).join('/');
}

/** Prometheus v3 is published to Go as v0.3xx: v0.316.0 is 3.16.0. */
function releaseOf(moduleVersion: string): string {
  return moduleVersion.replace(/^v0\.3(\d\d)\./, '3.$1.').replace(/^v/, '');
}
