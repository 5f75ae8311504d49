import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { objectiveOf } from './objective.ts';
import { type Alert, alerts, alertsFolder, readAlertsFile } from './rules.ts';
import { firstSentence } from './runbook.ts';

/** What `make drill RECORD=1` has measured: seconds from the fault, or from the repair, by alert and stage. */
const measured = z.record(z.string(), z.record(z.string(), z.number()));

/** `README.md` with the table of all alerts as it should be. */
export function freshReadme(): string {
  return readAlertsFile('README.md').replace(
    /(<!-- made by `npm run alerts`.* -->\n)[\s\S]*?(<!-- end -->)/,
    (_all, begin: string, end: string) => `${begin}${table()}\n${end}`,
  );
}

function table(): string {
  const drilled = readMeasured();
  const head = ['alert', 'severity', 'rings when', 'objective', 'alarm after', 'all-clear after', 'drill'];
  const rows = alerts.map((alert) => rowOf(alert, drilled[alert.alert] ?? {}));
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf({ alert, labels, expr }: Alert, drilled: Readonly<Record<string, number>>): string[] {
  return [
    `[${alert}](runbooks/${alert}.md)`,
    labels?.severity ?? none,
    (firstSentence(alert, 'Meaning') ?? none).replaceAll('|', '\\|'),
    objectiveOf(expr) ?? none,
    seconds(drilled.message ?? drilled.pager),
    seconds(drilled.resolved),
    `[drill](drills/${alert}.ts)`,
  ];
}

const none = '–';
const seconds = (measuredSeconds: number | undefined) =>
  measuredSeconds === undefined ? none : `${measuredSeconds.toFixed(0)} s`;

function readMeasured() {
  const file = path.join('drills', 'measured.json');
  if (!existsSync(path.join(alertsFolder, file))) return {};
  return measured.parse(JSON.parse(readAlertsFile(file)));
}
