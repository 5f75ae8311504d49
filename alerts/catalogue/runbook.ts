import { diagnosisOf } from '../../packages/ops/src/drill/runbook.ts';
import { namesIn, readAlertsFile } from './rules.ts';

export const runbookNames = namesIn('runbooks', '.md');

interface Section {
  readonly heading: string;
  readonly text: string;
}

/** The parts of an alert's runbook, its title first; none when there is no runbook. */
export function sectionsOf(alert: string): Section[] {
  if (!runbookNames.includes(alert)) return [];
  return readAlertsFile('runbooks', `${alert}.md`)
    .split(/^##? /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { heading: part.slice(0, end), text: part.slice(end).trim() };
    });
}

/** What a drill that follows the runbook runs, block by block. */
export const commandsOf = (alert: string): string[] => diagnosisOf(readAlertsFile('runbooks', `${alert}.md`));

/** The first sentence of a part, on one line; undefined when there is no such part. */
export function firstSentence(alert: string, part: string): string | undefined {
  const text = sectionsOf(alert).find(({ heading }) => heading === part)?.text;
  const [paragraph = ''] = text?.split('\n\n') ?? [];
  const [, sentence] = /^(.*?[^.])\.(?:\s|$)/.exec(`${paragraph.replaceAll('\n', ' ')} `) ?? [];
  return sentence;
}
