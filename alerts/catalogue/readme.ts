import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { drillsOf } from '../../packages/ops/src/drill/catalogue.ts';
import type { Drill } from '../../packages/ops/src/drill/drill.ts';
import { laptopMatter } from '../../packages/ops/src/kubernetes/drill-ground.ts';
import { objectiveOf } from './objective.ts';
import { type Alert, alerts, alertsFolder, readAlertsFile } from './rules.ts';
import { firstSentence } from './runbook.ts';

const stages = z.record(z.string(), z.number());

/**
 * What `make drill RECORD=1` has measured: seconds from the fault, or from the repair, by alert and stage; with the
 * rules as shipped, and with the drill profile.
 */
const measured = z.record(z.string(), z.object({ shipped: stages.optional(), drill: stages.optional() }));
type Drilled = z.output<typeof measured>[string];

/** `README.md` with the table of all alerts as it should be. */
export async function freshReadme(): Promise<string> {
  const grounds = new Map((await drillsOf(undefined)).map((drill) => [drill.alert, groundsOf(drill)]));
  return readAlertsFile('README.md').replace(
    /(<!-- made by `npm run alerts`.* -->\n)[\s\S]*?(<!-- end -->)/,
    (_all, begin: string, end: string) => `${begin}${table(grounds)}\n${end}`,
  );
}

function table(grounds: ReadonlyMap<string, string>): string {
  const drilled = readMeasured();
  const head = [
    'alert',
    'severity',
    'rings when',
    'objective',
    'alarm after',
    'all-clear after',
    'drill',
    'on',
  ];
  const rows = alerts.map((alert) => [
    ...rowOf(alert, drilled[alert.alert] ?? {}),
    grounds.get(alert.alert) ?? none,
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf({ alert, labels, expr }: Alert, drilled: Drilled): string[] {
  return [
    `[${alert}](runbooks/${alert}.md)`,
    labels?.severity ?? none,
    (firstSentence(alert, 'Meaning') ?? none).replaceAll('|', '\\|'),
    objectiveOf(expr) ?? none,
    seconds(drilled, 'message', 'pager'),
    seconds(drilled, 'resolved', 'pagerResolved'),
    `[drill](drills/${alert}.ts)`,
  ];
}

const groundsOf = (drill: Drill) => (laptopMatter(drill) ? 'laptop' : 'laptop, cluster');

const none = '–';

/** As shipped where it was measured so, else in the drill profile, which is said. */
function seconds({ shipped, drill }: Drilled, ...stagesInTurn: readonly string[]): string {
  const of = (figures: Readonly<Record<string, number>> = {}) =>
    stagesInTurn.map((stage) => figures[stage]).find((figure) => figure !== undefined);
  const [asShipped, scaled] = [of(shipped), of(drill)];
  if (asShipped !== undefined) return `${asShipped.toFixed(0)} s`;
  return scaled === undefined ? none : `${scaled.toFixed(0)} s, times ÷ 15`;
}

function readMeasured() {
  const file = path.join('drills', 'measured.json');
  if (!existsSync(path.join(alertsFolder, file))) return {};
  return measured.parse(JSON.parse(readAlertsFile(file)));
}
