import Table from 'cli-table3';
import prettyBytes from 'pretty-bytes';
import type { StackStatus } from './control.ts';

/** The table that people see: one line for each part. */
export function statusTable(parts: StackStatus['parts']): string {
  const table = new Table(
    plainTable(
      ['PART', 'STATE', 'URL', 'SECONDS', 'MEMORY', 'PID', 'RESTARTS'],
      ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
    ),
  );
  for (const { part, state, url, startSeconds, rssBytes, pid, restarts } of parts) {
    table.push([
      part,
      state,
      url ?? '',
      startSeconds?.toFixed(1) ?? '',
      rssBytes === null ? '' : prettyBytes(rssBytes, { maximumFractionDigits: 0 }),
      pid ?? '',
      restarts,
    ]);
  }
  return table.toString();
}

/** Columns and nothing between them. */
export function plainTable(head: string[], colAligns: ('left' | 'right')[]) {
  const style = { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 };
  return { head, colAligns, style, chars: noLines };
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((place) => [place, '']),
);
