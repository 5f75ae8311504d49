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

/** A command, and the item of the list or the paragraph in which it stands. */
export interface Advice {
  readonly command: string;
  readonly said: string;
}

/** What the mitigation says to type: blocks of sh, and code in the text that begins like a command or a statement. */
export function adviceOf(alert: string): Advice[] {
  const text = sectionsOf(alert).find(({ heading }) => heading === 'Mitigation')?.text ?? '';
  return text.split(/^(?=- |\d+\. )|\n\n(?! )/m).flatMap((said) => {
    const blocks = [...said.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) => block.trim());
    const inText = [...said.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`]+)`/g)].map(
      ([, code = '']) => code.replaceAll(/\s+/g, ' '),
    );
    return [...blocks, ...inText.filter(isCommand)].map((command) => ({ command, said }));
  });
}

const isCommand = (code: string) =>
  /^(?:make|curl|kubectl|helm|java|psql|kafka-\S+|select|with|insert|update|delete) /.test(code);

/** The first sentence of a part, on one line; undefined when there is no such part. */
export function firstSentence(alert: string, part: string): string | undefined {
  const text = sectionsOf(alert).find(({ heading }) => heading === part)?.text;
  const [paragraph = ''] = text?.split('\n\n') ?? [];
  const [, sentence] = /^(.*?[^.])\.(?:\s|$)/.exec(`${paragraph.replaceAll('\n', ' ')} `) ?? [];
  return sentence;
}
