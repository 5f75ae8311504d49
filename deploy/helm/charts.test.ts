// What holds for every chart, with every set of values that it comes with.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { findProgram } from '@tocsin/ops';
import { createValidator, kubeVersion, listCharts, readChartFile, renderChart } from '@tocsin/ops/charts';
import { execa } from 'execa';
import { complaints } from './rules.ts';

const validate = createValidator();
const charts = await listCharts();

test('there are charts, and each brings values for kind and for production', () => {
  assert.ok(charts.length > 0, 'deploy/helm/*/Chart.yaml');
  for (const { name, valuesFiles } of charts) {
    for (const file of ['values-kind.yaml', 'values-production.yaml']) {
      assert.ok(valuesFiles.includes(file), `${name} has no ${file}`);
    }
    assert.ok(
      valuesFiles.some((file) => file.startsWith('ci/')),
      `${name} has no ci/*-values.yaml`,
    );
  }
});

for (const chart of charts) {
  for (const values of [undefined, ...chart.valuesFiles]) {
    const files = values ? [values] : [];

    test(`${chart.name} with ${values ?? 'its defaults'}: Helm has nothing to say against it`, async () => {
      const args = files.flatMap((file) => ['--values', path.join(chart.folder, file)]);
      await execa(await findProgram('helm'), ['lint', '--strict', ...kubeVersion, chart.folder, ...args]);
    });

    test(`${chart.name} with ${values ?? 'its defaults'}: Kubernetes would take it, and it keeps to our rules`, async () => {
      const objects = await renderChart(chart.name, { values: files });
      assert.deepEqual(
        objects.flatMap((object) => validate(object)),
        [],
      );
      assert.deepEqual(complaints(objects), []);
    });

    // Only there do the ports of `make forward` stand for the cluster's.
    if (values === 'values-kind.yaml') continue;
    test(`${chart.name} with ${values ?? 'its defaults'}: no link leads to localhost`, async () => {
      const text = JSON.stringify(await renderChart(chart.name, { values: files }));
      assert.deepEqual(text.match(/https?:\/\/localhost[^"\\\s]*/g) ?? [], []);
    });
  }

  test(`${chart.name}: a value that it does not know is refused`, async () => {
    await assert.rejects(renderChart(chart.name, { set: { misspelt: 'true' } }), /misspelt/);
  });

  test(`${chart.name}: its package holds what it links to`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-chart-'));
    try {
      const helm = await findProgram('helm');
      await execa(helm, ['package', chart.folder, '--destination', folder]);
      const list = await execa('tar', ['-tzf', `${chart.name}-0.1.0.tgz`], { cwd: folder });
      const packed = list.stdout.split('\n');
      for (const file of await linkedFiles(chart.folder)) {
        assert.ok(packed.includes(`${chart.name}/${file}`), `${file} is not in the package`);
        const { stdout } = await execa('tar', ['-xzOf', `${chart.name}-0.1.0.tgz`, `${chart.name}/${file}`], {
          cwd: folder,
          stripFinalNewline: false,
        });
        assert.equal(stdout, await readChartFile(chart, file));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** What Helm reads of a chart by a symbolic link, of the file or of its folder. */
async function linkedFiles(folder: string): Promise<string[]> {
  const find = async (...args: string[]) => (await execa('find', args, { cwd: folder })).stdout.split('\n');
  const links = (await find('.', '-type', 'l')).map((file) => file.slice(2));
  assert.ok(links.includes('templates/_common.tpl'), 'templates/_common.tpl is no link');
  const files = await find('-L', '.', '-type', 'f');
  return files
    .map((file) => file.slice(2))
    .filter((file) => links.some((link) => file === link || file.startsWith(`${link}/`)))
    .filter((file) => /\.(tpl|yaml|json)$|^files\/tests\/.*\.ts$/.test(file));
}
