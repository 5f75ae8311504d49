import { type Stage, stageNames } from '../drill.ts';
import { profileInWords } from '../profile/profile.ts';
import { allClearSeconds, messageSeconds, type Outcome, type Session } from './outcome.ts';

const marks: Record<Outcome['verdict'], string> = { passed: '✓', failed: '✗', skipped: '–' };

/** The report that people read. */
export function markdownReport({ target, startedAt, outcomes }: Session): string {
  const profiles = [...new Set(outcomes.map(({ profile }) => profileInWords[profile]))].join('; ');
  const count = (verdict: Outcome['verdict']) => outcomes.filter((each) => each.verdict === verdict).length;
  const positive = outcomes.filter(({ group }) => group !== 'negative');
  const negative = outcomes.filter(({ group }) => group === 'negative');
  return [
    '# Drills',
    `On ${target}, ${startedAt.toISOString()}; ${profiles}. ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped.`,
    ...(positive.length ? [stagesTable(positive)] : []),
    ...(negative.length ? [silenceTable(negative)] : []),
    ...outcomes.filter(({ problems, notes }) => problems.length + notes.length > 0).map(details),
  ]
    .join('\n\n')
    .concat('\n');
}

function stagesTable(outcomes: readonly Outcome[]): string {
  const stages = (Object.keys(stageNames) as Stage[]).filter((stage) =>
    outcomes.some((outcome) => outcome.stages.some((result) => result.stage === stage)),
  );
  const head = [
    '',
    'alert',
    'fault → message',
    'repair → all-clear',
    ...stages.map((stage) => stageNames[stage]),
  ];
  const rows = outcomes.map((outcome) => [
    marks[outcome.verdict],
    outcome.name,
    figure(messageSeconds(outcome)),
    figure(allClearSeconds(outcome)),
    ...stages.map((stage) => {
      const result = outcome.stages.find((each) => each.stage === stage);
      return result ? `${figure(result.seconds)} / ${result.boundSeconds}` : '';
    }),
  ]);
  return `Seconds, by stage with their bounds:\n\n${table(head, rows)}`;
}

function silenceTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ verdict, name, seconds }) => [marks[verdict], name, figure(seconds)]);
  return `What must stay silent:\n\n${table(['', 'negative drill', 'seconds'], rows)}`;
}

function details({ name, verdict, problems, notes }: Outcome): string {
  return [
    `## ${name} ${verdict}`,
    '',
    ...[...problems, ...notes].map((text) => `- ${text.replaceAll('\n', '\n  ')}`),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const figure = (seconds: number | undefined) => seconds?.toFixed(1) ?? '–';
