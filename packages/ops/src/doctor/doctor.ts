import type { Finding } from './findings.ts';

/**
 * Says what of this machine is fit, what is missing, and the line that installs it.
 * @returns the exit code: 1 when `make up` cannot work.
 */
export function report(findings: readonly Finding[], say: (line: string) => void): number {
  for (const { what, state, detail } of findings) {
    say(`${marks[state]} ${what.padEnd(14)} ${detail}`);
  }
  const cures = findings.flatMap(({ cure }) => cure ?? []);
  if (cures.length > 0) say(['', 'To put it right:', ...cures.map((cure) => `  ${cure}`)].join('\n'));
  const missing = findings.filter(({ state }) => state === 'missing');
  if (missing.length === 0) say('\nNothing is missing: make up');
  return missing.length === 0 ? 0 : 1;
}

const marks = { fine: '✔', missing: '✘', unneeded: '–' } as const;
