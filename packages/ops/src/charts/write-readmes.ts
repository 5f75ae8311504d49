/** Writes the table of values of each chart's README: `npm run charts -w @tocsin/ops`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listCharts, readChartFile } from './chart.ts';
import { withValuesTable } from './readme.ts';

for (const chart of await listCharts()) {
  const readme = await readChartFile(chart, 'README.md');
  const fresh = withValuesTable(readme, await readChartFile(chart, 'values.yaml'));
  if (fresh !== readme) await writeFile(path.join(chart.folder, 'README.md'), fresh);
}
