import { isOurCluster } from './ensure-cluster.ts';
import { imageRepository } from './image.ts';
import { clusterNames } from './kind.ts';
import { runProgram } from './run-program.ts';

/** Every name that images of ours have on this machine: each build that changes something leaves another. */
export async function builtImages(): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const names = await runProgram('docker', ['image', 'ls', imageRepository, '--format', format]);
  return names.split('\n').filter((name) => name && !name.endsWith(':<none>'));
}

/** Removes them from this machine; nodes have their own. @throws in Docker's words, when one is in use. */
export async function removeImages(names: readonly string[]): Promise<void> {
  if (names.length > 0) await runProgram('docker', ['image', 'rm', ...names]);
  // A build that changes the labels alone takes the name from the one before.
  const ours = '--filter=label=org.opencontainers.image.title=Tocsin';
  await runProgram('docker', ['image', 'prune', '--force', ours]);
}

/** Whether a kind cluster that `make deploy` has created stands; one that does not answer may be such a one. */
export async function isOneOfOursLeft(root: string): Promise<boolean> {
  for (const cluster of await clusterNames()) {
    if (await isOurCluster(root, cluster).catch(() => true)) return true;
  }
  return false;
}
