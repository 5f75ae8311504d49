import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageName } from './image-name.ts';

test('the name of an image comes apart as the engine reads it', () => {
  const names = {
    'tocsin/platform:0.1.0-abc': {
      registry: '',
      repository: 'tocsin/platform',
      tag: '0.1.0-abc',
      digest: '',
    },
    'localhost:5000/platform': { registry: 'localhost:5000', repository: 'platform', tag: '', digest: '' },
    'ghcr.io/shop/tocsin/platform:1@sha256:0f': {
      registry: 'ghcr.io',
      repository: 'shop/tocsin/platform',
      tag: '1',
      digest: 'sha256:0f',
    },
    'postgres:18': { registry: '', repository: 'postgres', tag: '18', digest: '' },
  };
  for (const [name, parts] of Object.entries(names)) assert.deepEqual(parseImageName(name), parts, name);
});
