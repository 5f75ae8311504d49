import type { EndpointSliceList } from 'kubernetes-types/discovery/v1.js';
import { kubectl, type Target } from './target.ts';

/** Where the API server answers behind the Service `kubernetes`: what NetworkPolicies see, and differs from cluster to cluster. */
export async function apiServerOf(target: Target): Promise<{ cidrs: string[]; ports: number[] }> {
  const which = ['--namespace=default', '--selector=kubernetes.io/service-name=kubernetes'];
  const slices = await kubectl(target, ['get', 'endpointslices', ...which, '--output=json']);
  const { items } = JSON.parse(slices) as EndpointSliceList;
  return {
    cidrs: items.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ addresses }) => addresses.map((ip) => `${ip}/${ip.includes(':') ? 128 : 32}`)),
    ),
    ports: items.flatMap(({ ports = [] }) => ports.flatMap(({ port }) => port ?? [])),
  };
}
