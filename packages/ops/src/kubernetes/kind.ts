import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from './run-program.ts';

export async function clusterNames(): Promise<string[]> {
  return (await runProgram('kind', ['get', 'clusters', '--quiet'])).split('\n').filter(Boolean);
}

export async function clusterExists(cluster: string): Promise<boolean> {
  return (await clusterNames()).includes(cluster);
}

export function kubeconfigOf(cluster: string): Promise<string> {
  return runProgram('kind', ['get', 'kubeconfig', '--name', cluster]);
}

export async function deleteCluster(root: string, cluster: string): Promise<void> {
  await runProgram('kind', ['delete', 'cluster', '--name', cluster]);
  const files = ['creating', 'kubeconfig'].map((kind) => `${cluster}.${kind}`);
  for (const file of files) await rm(path.join(root, '.tocsin/kubernetes', file), { force: true });
}

/** Brings images of the local engine into the nodes; those that they have already cost nothing. */
export async function loadImages(cluster: string, images: readonly string[]): Promise<void> {
  if (images.length === 0) return;
  await runProgram('kind', ['load', 'docker-image', '--name', cluster, ...images]);
}

/** Those of them that the local engine has. */
export async function presentImages(names: readonly string[]): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const there = (await runProgram('docker', ['image', 'ls', '--format', format])).split('\n');
  return names.filter((name) => there.includes(name.replace(/^docker\.io\//, '')));
}
