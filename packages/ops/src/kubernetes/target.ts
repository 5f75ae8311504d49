import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, type Options } from 'execa';
import { findProgram } from '../programs/find-program.ts';
import { clusterExists, kubeconfigOf } from './kind.ts';
import { runProgram } from './run-program.ts';

export const namespace = 'tocsin';
/** That of node_exporter alone, as the charts have it: Pod Security lets it share the node there. */
export const nodeNamespace = 'tocsin-node';

/** What the person has named; without a context it is the kind cluster. */
export interface TargetOptions {
  cluster: string;
  context?: string | undefined;
}

/** A cluster. Programs are told of it in every call: the current context is nobody's wish. */
export interface Target {
  readonly context: string;
  /** The kind cluster; undefined where the person has named a context. */
  readonly cluster: string | undefined;
  /** Of the kind cluster, whatever stands in the person's own file. */
  readonly kubeconfig: string | undefined;
}

/** @throws when there is no such cluster or context. */
export async function openTarget(root: string, { cluster, context }: TargetOptions): Promise<Target> {
  if (context) {
    const contexts = (await runProgram('kubectl', ['config', 'get-contexts', '--output=name'])).split('\n');
    if (contexts.includes(context)) return { context, cluster: undefined, kubeconfig: undefined };
    throw new Error(
      `There is no context ${context}; there are ${contexts.filter(Boolean).join(', ') || 'none'}`,
    );
  }
  if (!(await clusterExists(cluster))) {
    throw new Error(`There is no kind cluster ${cluster}. \`make deploy\` creates it.`);
  }
  const kubeconfig = path.join(root, '.tocsin/kubernetes', `${cluster}.kubeconfig`);
  await mkdir(path.dirname(kubeconfig), { recursive: true });
  // Helm and kubectl may be reading it at this moment: they see the old file or the new one, never a half.
  const written = `${kubeconfig}.${randomUUID()}`;
  await writeFile(written, await kubeconfigOf(cluster), { mode: 0o600 });
  await rename(written, kubeconfig);
  return { context: `kind-${cluster}`, cluster, kubeconfig };
}

/** How people say it in the commands of make. */
export function makeArguments({ context, cluster }: Target): string {
  if (!cluster) return ` CONTEXT=${context}`;
  return cluster === 'tocsin' ? '' : ` CLUSTER=${cluster}`;
}

/** What is typed after a command of make that is to act there, and not on the laptop. */
export const typedFor = (target: Target) => `TARGET=kind${makeArguments(target)}`;

/** Runs kubectl in our namespace and returns what it says. @throws in its words. */
export function kubectl(target: Target, args: readonly string[], options?: Options): Promise<string> {
  return runProgram('kubectl', kubectlArguments(target, args), options);
}

/** For who needs the process itself. */
export function spawnKubectl(target: Target, args: readonly string[]) {
  return execa('kubectl', kubectlArguments(target, args), { reject: false, buffer: false, stdin: 'ignore' });
}

/** The arguments of kubectl for a namespace there. */
export function kubectlArguments(target: Target, args: readonly string[], of = namespace): string[] {
  const { context, kubeconfig } = target;
  const where = [`--context=${context}`, `--namespace=${of}`];
  return [...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []), ...where, ...args];
}

/** Runs Helm in our namespace and returns what it says. @throws in its words. */
export async function helm(target: Target, args: readonly string[], options?: Options): Promise<string> {
  const { context, kubeconfig } = target;
  const where = [`--kube-context=${context}`, `--namespace=${namespace}`];
  const whole = [...args, ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []), ...where];
  return runProgram(await findProgram('helm'), whole, options);
}
