import Table from 'cli-table3';
import { plainTable } from '../stack/table.ts';

/** What a statement answers, one line for each row, as psql would say it. */
export function rowsTable(rows: readonly Record<string, unknown>[]): string {
  const [first] = rows;
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  if (!first) return count;
  const columns = Object.keys(first);
  const isNumeric = (column: string) =>
    rows.every((row) => row[column] === null || typeof row[column] === 'number');
  const table = new Table(
    plainTable(
      columns,
      columns.map((column) => (isNumeric(column) ? 'right' : 'left')),
    ),
  );
  for (const row of rows) table.push(columns.map((column) => asText(row[column])));
  return `${table}\n${count}`;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
