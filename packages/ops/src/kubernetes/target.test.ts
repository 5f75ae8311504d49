import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectlArguments, makeArguments, type Target, typedFor } from './target.ts';

const kind: Target = { context: 'kind-shop', cluster: 'shop', kubeconfig: '/tmp/shop.kubeconfig' };
const named: Target = { context: 'staging', cluster: undefined, kubeconfig: undefined };

test('kubectl is told of the cluster in every call', () => {
  assert.deepEqual(kubectlArguments(kind, ['get', 'pods']), [
    '--kubeconfig=/tmp/shop.kubeconfig',
    '--context=kind-shop',
    '--namespace=tocsin',
    'get',
    'pods',
  ]);
  assert.deepEqual(kubectlArguments(named, []), ['--context=staging', '--namespace=tocsin']);
});

test('what is typed next names the same cluster', () => {
  assert.equal(makeArguments(named), ' CONTEXT=staging');
  assert.equal(makeArguments(kind), ' CLUSTER=shop');
  assert.equal(makeArguments({ ...kind, cluster: 'tocsin' }), '');
  assert.equal(typedFor(named), 'TARGET=kind CONTEXT=staging');
});
