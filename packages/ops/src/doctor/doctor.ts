import type { Finding } from './findings.ts';

/**
 * Says what of this machine is fit, what is missing, and the line that installs it.
 * @param needs what each command needs; `make up` is for everybody, Kubernetes for those who want it.
 * @returns the exit code: 1 when `make up` cannot work.
 */
export function report(
  needs: { up: readonly Finding[]; deploy: readonly Finding[] },
  say: (line: string) => void,
): number {
  for (const finding of needs.up) say(lineOf(finding));
  say('\nOnly for make deploy:');
  for (const finding of needs.deploy) say(lineOf(finding));
  const cures = [...needs.up, ...needs.deploy].flatMap(({ cure }) => cure ?? []);
  if (cures.length > 0) say(['', 'To put it right:', ...cures.map((cure) => `  ${cure}`)].join('\n'));
  const ready = Object.entries(needs)
    .filter(([, findings]) => findings.every(({ state }) => state !== 'missing'))
    .map(([command]) => `make ${command}`);
  if (ready.length > 0) say(`\nNothing is missing for: ${ready.join(', ')}`);
  return needs.up.some(({ state }) => state === 'missing') ? 1 : 0;
}

function lineOf({ what, state, detail }: Finding): string {
  return `${marks[state]} ${what.padEnd(14)} ${detail}`;
}

const marks = { fine: '✔', missing: '✘', unneeded: '–' } as const;
