import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { temporaryFolder } from '../stack/testing.ts';
import { refuseUnread, valuesFiles } from './values-files.ts';

const shortened = (files: string[]) => files.map((file) => file.split('/').slice(-3).join('/'));

test('kind gets its values, then those of its nodes, then those of the person', async (t) => {
  const values = await temporaryFolder(cleanup(t));
  await writeFile(path.join(values, 'services-values.yaml'), '');
  const kindConfig = 'deploy/kind/three-nodes/cluster.yaml';
  const [chart, nodes, own] = valuesFiles({ kindConfig, values }, 'services');
  assert.deepEqual(shortened([chart ?? '', nodes ?? '']), [
    'helm/services/values-kind.yaml',
    'kind/three-nodes/services-values.yaml',
  ]);
  assert.equal(own, path.join(values, 'services-values.yaml'));
  assert.deepEqual(shortened(valuesFiles({ kindConfig: 'deploy/kind/cluster.yaml' }, 'services')), [
    'helm/services/values-kind.yaml',
  ]);
});

test('a cluster that is none of kind gets what the person says, and nothing else', async (t) => {
  const values = await temporaryFolder(cleanup(t));
  await writeFile(path.join(values, 'kafka-values.yaml'), '');
  assert.deepEqual(valuesFiles({ kindConfig: undefined }, 'services'), []);
  assert.deepEqual(valuesFiles({ kindConfig: undefined, values }, 'services'), []);
  assert.deepEqual(valuesFiles({ kindConfig: undefined, values }, 'kafka'), [
    path.join(values, 'kafka-values.yaml'),
  ]);
});

test('a folder of values whose files nobody would read is refused', async (t) => {
  const values = await temporaryFolder(cleanup(t));
  await assert.rejects(refuseUnread(`${values}/nowhere`), /no such folder/);
  await assert.rejects(refuseUnread(values), /has no values; the files are called kafka-values.yaml/);
  await writeFile(path.join(values, 'kafka-values.yaml'), '');
  await refuseUnread(values);
  await writeFile(path.join(values, 'service-values.yaml'), '');
  await assert.rejects(refuseUnread(values), /no chart reads service-values.yaml/);
});
