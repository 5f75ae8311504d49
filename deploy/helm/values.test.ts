// What holds for the values of every chart: each is read, documented and checked, and nothing else can be set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareValuesUse,
  listCharts,
  parseValues,
  readChartFile,
  readTemplates,
  withValuesTable,
} from '@tocsin/ops/charts';
import { parse } from 'yaml';
import { closed, type Schema } from './values-schema.ts';

for (const chart of await listCharts()) {
  const yaml = await readChartFile(chart, 'values.yaml');
  const values = parseValues(yaml);

  test(`${chart.name}: templates read every value, and no other`, async () => {
    const { unused, unknown } = compareValuesUse(values, await readTemplates(chart));
    assert.deepEqual(unused, [], 'no template reads these');
    assert.deepEqual(unknown, [], 'values.yaml does not have these');
  });

  test(`${chart.name}: every value says what it does`, () => {
    const silent = values.filter(({ text }) => text === undefined).map(({ path }) => path.join('.'));
    assert.deepEqual(silent, [], 'no `# --` comment');
  });

  test(`${chart.name}: the schema knows every value, and nothing else, at every level`, async () => {
    const schema: Schema = JSON.parse(await readChartFile(chart, 'values.schema.json'));
    assert.deepEqual(closed(schema, parse(yaml)), []);
  });

  test(`${chart.name}: the table in the README is fresh`, async () => {
    const readme = await readChartFile(chart, 'README.md');
    assert.equal(readme, withValuesTable(readme, yaml), 'npm run charts -w @tocsin/ops');
  });

  test(`${chart.name}: each image is named once, with a tag that stays, and not by Bitnami`, async () => {
    const images = imagesIn(parse(yaml));
    const names = images.map(({ registry, repository }) => [registry, repository].filter(Boolean).join('/'));
    assert.deepEqual(names, [...new Set(names)]);
    for (const [index, { tag }] of images.entries()) {
      const ours = names[index] === 'tocsin/platform';
      assert.ok(ours ? tag === '' : /\d/.test(tag), `${names[index]}: tag ${tag}`);
    }
    assert.doesNotMatch(names.join(), /bitnami/i);
    for (const [, written] of (await readTemplates(chart)).matchAll(
      /^\s*(?:- )?image(?:Name)?: *(\S.*)$/gm,
    )) {
      assert.match(written ?? '', /^\{\{-? include "tocsin\.image"/, 'an image that is no value');
    }
  });
}

interface Image {
  registry: string;
  repository: string;
  tag: string;
}

function imagesIn(value: unknown): Image[] {
  if (typeof value !== 'object' || value === null) return [];
  const isImage = (map: object): map is Image => 'repository' in map && 'tag' in map;
  return isImage(value) ? [value] : Object.values(value).flatMap(imagesIn);
}
