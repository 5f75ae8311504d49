import { parseValues, type Value } from './values.ts';

const start = '<!-- made from values.yaml by `npm run charts -w @tocsin/ops` -->';
const end = '<!-- end of values -->';

/**
 * A chart's README with its table of values made anew.
 * @throws Error when it has no place for the table.
 */
export function withValuesTable(readme: string, valuesYaml: string): string {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`No lines "${start}" and "${end}" in the README`);
  const rows = parseValues(valuesYaml).map(row);
  const table = ['| value | default | what it does |', '| --- | --- | --- |', ...rows].join('\n');
  return `${readme.slice(0, from)}${start}\n${table}\n${readme.slice(to)}`;
}

function row({ path, text = '', default: value }: Value): string {
  const cells = [`\`${path.join('.')}\``, value === '' ? '' : `\`${JSON.stringify(value)}\``, text];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
