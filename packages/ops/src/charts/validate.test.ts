import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesObject } from './objects.ts';
import { createValidator } from './validate.ts';

const validate = createValidator();

const service = (spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kafka' },
  spec,
});
const nodePool = (spec: object): KubernetesObject => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaNodePool',
  metadata: { name: 'brokers' },
  spec: { replicas: 3, roles: ['broker'], storage: { type: 'ephemeral' }, ...spec },
});

test('a right object passes', () => {
  assert.deepEqual(validate(service({ ports: [{ name: 'kafka', port: 9092, targetPort: 'kafka' }] })), []);
  assert.deepEqual(validate(nodePool({})), []);
});

test('a misspelt field is refused, however deep', () => {
  assert.deepEqual(validate(service({ ports: [{ name: 'kafka', port: 9092, targetport: 9092 }] })), [
    'Service kafka: /spec/ports/0 must NOT have additional properties (targetport)',
  ]);
});

test('a wrong type is refused', () => {
  assert.deepEqual(validate(service({ ports: [{ port: '9092' }] })), [
    'Service kafka: /spec/ports/0/port must be integer',
  ]);
});

test("a misspelt field of another project's kind is refused", () => {
  assert.deepEqual(validate(nodePool({ replica: 3 })), [
    'KafkaNodePool brokers: /spec must NOT have additional properties (replica)',
  ]);
});

test('labels that YAML read as numbers are refused', () => {
  const object = service({});
  const metadata = JSON.parse('{ "name": "kafka", "labels": { "version": 4.3 } }');
  assert.deepEqual(validate({ ...object, metadata }), [
    'Service kafka: /metadata/labels/version must be string',
  ]);
});

test('a kind that nobody has a schema of is refused', () => {
  const object = { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'orders' } };
  assert.deepEqual(validate(object), ['Deployment orders: deploy/schemas has no apps/v1beta1/Deployment']);
});
