/** What proves the charts without a cluster. */
export { type Chart, listCharts, readChartFile, readTemplates } from './chart.ts';
export { find, type KubernetesObject, ofKind, workloads } from './objects.ts';
export { withValuesTable } from './readme.ts';
export { kubeVersion, type RenderOptions, renderChart } from './render.ts';
export { createValidator } from './validate.ts';
export { parseValues, type Value } from './values.ts';
export { compareValuesUse } from './values-use.ts';
