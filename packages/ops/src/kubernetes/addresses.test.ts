import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofKind } from '../charts/objects.ts';
import { renderChart } from '../charts/render.ts';
import { forwardedPorts } from './addresses.ts';
import { releases } from './releases.ts';

test('every forwarded port is one of a Service of the charts', async () => {
  const values = ['values-kind.yaml'];
  const objects = (await Promise.all(releases.map((release) => renderChart(release, { values })))).flat();
  const there = ofKind(objects, 'Service').flatMap(({ metadata, spec }) =>
    (spec?.ports ?? []).map(({ port }) => `${metadata.name}:${port}`),
  );
  for (const { service, target } of forwardedPorts(0)) {
    assert.ok(there.includes(`${service}:${target}`), `${service}:${target} is none of ${there.join(' ')}`);
  }
});

test('ports are those of the laptop, shifted by the offset', () => {
  const orders = forwardedPorts(1000).filter(({ service }) => service === 'orders');
  assert.deepEqual(
    orders.map(({ port, url }) => [port, url]),
    [
      [9102, 'http://localhost:9102'],
      [10_202, 'http://localhost:10202'],
    ],
  );
  const taken = forwardedPorts(0).map(({ port }) => port);
  assert.equal(new Set(taken).size, taken.length);
});
