import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alerts, alertsFolder, readAlertsFile, ruleFiles } from './rules.ts';

export const mainReadme = path.join(alertsFolder, '../README.md');

/** The repository's `README.md` with the overview of the alerts as it should be: a row for each rule file. */
export function freshMainReadme(): string {
  const head = ['group', 'watches', 'alerts'];
  const rows = [...ruleFiles.keys()].map((concern) => [concern, subjectOf(concern), linksOf(concern)]);
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return readFileSync(mainReadme, 'utf8').replace(
    /(<!-- made by `npm run alerts`.* -->\n)[\s\S]*?(<!-- end -->)/,
    (_all, begin: string, end: string) => `${begin}${table}\n${end}`,
  );
}

/** The first sentence of the comment at the head of the file. */
function subjectOf(concern: string): string {
  const comment = [...readAlertsFile('rules', `${concern}.yaml`).matchAll(/^# ?(.*)$/gm)].map(
    ([, line]) => line,
  );
  return /^(.*?)\.(?:\s|$)/.exec(comment.join(' '))?.[1] ?? '';
}

function linksOf(concern: string): string {
  return alerts
    .filter((alert) => alert.concern === concern)
    .map(({ alert }) => `[${alert}](alerts/runbooks/${alert}.md)`)
    .join(', ');
}
