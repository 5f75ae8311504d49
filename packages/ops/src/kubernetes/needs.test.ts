import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { type KubernetesObject, ofKind, workloads } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { neededMemoryBytes } from './needs.ts';
import { foundations } from './releases.ts';

const mebibyte = 2 ** 20;
/** What kind's own pods request: CoreDNS twice 70 MiB, etcd 100, the network 50. */
const systemBytes = 290 * mebibyte;

test('the memory that is asked of Docker is what the scheduler counts, and little more', async () => {
  const render = (release: string) => renderChart(release, { values: ['values-kind.yaml'] });
  const [before, services] = [
    (await Promise.all(foundations.map(render))).flat().filter(stays),
    (await render('services')).filter(stays),
  ];
  // The services come when all that they stand on is new already; their jobs run beside them.
  const surge = Math.max(surgeOf(before), surgeOf(services));
  const counted = requestsOf(before) + requestsOf(services) + surge + systemBytes;
  const spare = neededMemoryBytes - counted;
  assert.ok(
    spare >= 0 && spare < 2e8,
    `${counted / mebibyte} MiB are counted, ${surge / mebibyte} of them twice`,
  );
});

/** Tests of a chart run when all is replaced, and take less. */
const stays = ({ metadata }: KubernetesObject) => !metadata.annotations?.['helm.sh/hook'];

function requestsOf(objects: readonly KubernetesObject[]): number {
  return workloads(objects).reduce((bytes, { object, template }) => {
    const { replicas = 1 } = (object.spec ?? {}) as { replicas?: number };
    return bytes + replicas * requestOf(template.spec);
  }, 0);
}

/** A pod more of each Deployment that brings the new one before the old one goes. */
function surgeOf(objects: readonly KubernetesObject[]): number {
  const rolling = ofKind(objects, 'Deployment').filter(({ spec }) => spec?.strategy?.type !== 'Recreate');
  return workloads(rolling).reduce((bytes, { template }) => bytes + requestOf(template.spec), 0);
}

/** Those that run at once, or the one before them that wants more. */
function requestOf({ containers, initContainers = [] }: PodSpec): number {
  const of = ({ resources }: PodSpec['containers'][number]) => bytesOf(resources?.requests?.memory);
  return Math.max(
    containers.map(of).reduce((sum, bytes) => sum + bytes, 0),
    ...initContainers.map(of),
  );
}

function bytesOf(quantity = ''): number {
  const [, number, unit] = /^(\d+)([MG])i$/.exec(quantity) ?? [];
  if (!number) throw new Error(`A container requests ${quantity || 'nothing'}`);
  return Number(number) * mebibyte * (unit === 'G' ? 1024 : 1);
}
