import { alerts } from '../catalogue/rules.ts';
import type { Fate, Observed } from './observe.ts';

/** What was observed, for people: `routing.md`. */
export function routingTable(observed: Observed): string {
  const alone = alerts.map(({ alert, labels }) => [
    alert,
    labels?.severity ?? '',
    inWords(observed.alone.get(alert)),
  ]);
  const pairs = observed.pairs.map(({ cause, symptom, equal, symptomLabels, ...fates }) => [
    cause,
    [symptom, ...Object.entries(symptomLabels).map(([name, value]) => `${name}=${value}`)].join(' '),
    equal.join(', '),
    inWords(fates.causeFirst),
    inWords(fates.symptomFirst),
    inWords(fates.elsewhere),
  ]);
  return `# Who hears what

Made by \`npm run routing\`: what the real Alertmanager did with \`alertmanager.yaml\` and each alert as its rule labels it.
A test plays it again and compares.

## Each alert alone

${markdown(['alert', 'severity', 'heard by'], alone)}

## A cause and its symptom, in both orders

What becomes of the symptom: it rings after the cause, before it (within the group wait), and where the cause is not: for
another service where they must share it, else in another namespace.

${markdown(['cause', 'symptom', 'of the same', 'cause first', 'symptom first', 'elsewhere'], pairs)}
`;
}

function inWords(fate: Fate | undefined): string {
  if (!fate) return 'unknown to Alertmanager';
  const { heardBy, hiddenBy } = fate;
  const hidden = hiddenBy.length > 0 ? [`hidden by ${hiddenBy.join(', ')}`] : [];
  return [...heardBy, ...hidden].join(', ') || 'nobody';
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
