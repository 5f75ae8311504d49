import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { commandsFor } from '../../../../alerts/runbooks/commands-for.ts';

const patienceMs = 60_000;
const shownLines = 5;

/** How Prometheus answers a query that it cannot answer. To curl that is an answer like any other. */
const refusal = /\{"status":"error","errorType":/;

/** The commands that a runbook gives for the diagnosis, one text for each block. */
export function diagnosisOf(runbook: string): string[] {
  const [, diagnosis = ''] = /^## Diagnosis$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(runbook) ?? [];
  return [...diagnosis.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands.trim());
}

/**
 * Runs the commands of an alert's diagnosis, as the ops room shows them, in the root of the repository.
 * @param options.target what they are given there, such as `TARGET=kind`; none on the laptop.
 * @returns what did not work, for people.
 */
export async function followRunbook(
  root: string,
  alert: string,
  options: { signal?: AbortSignal; target?: string } = {},
): Promise<string[]> {
  const runbook = await readFile(path.join(root, 'alerts/runbooks', `${alert}.md`), 'utf8');
  const problems: string[] = [];
  for (const printed of diagnosisOf(runbook)) {
    const commands = commandsFor(options.target, printed);
    const run = await execa('bash', ['-e', '-o', 'pipefail', '-c', commands], {
      cwd: root,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: patienceMs,
      // What `make drill` was told is not for them.
      env: { MAKEFLAGS: '' },
      ...(options.signal && { cancelSignal: options.signal }),
    });
    options.signal?.throwIfAborted();
    const refused = refusal.test(run.all);
    if (!run.failed && !refused) continue;
    const end = run.timedOut ? `did not end within ${patienceMs / 1000} s` : `ended with ${run.exitCode}`;
    const how = refused ? 'was refused by Prometheus' : end;
    const said = run.all.split('\n').slice(-shownLines).join('\n');
    problems.push(`a command of the runbook ${how}:\n${commands}\n${said}`.trimEnd());
  }
  return problems;
}
