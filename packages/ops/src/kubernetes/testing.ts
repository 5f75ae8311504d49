import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Target } from './target.ts';

/** A cluster that is none: whoever asks it asks the programs of {@link fakePrograms}. */
export const nowhere: Target = { context: 'staging', cluster: undefined, kubeconfig: undefined };

/**
 * Puts programs before those of the machine until the end of the test, each some lines of JavaScript that know `args`.
 * @returns how they were called since.
 */
export async function fakePrograms(
  context: TestContext,
  scripts: Record<string, string>,
): Promise<() => Promise<string[]>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-programs-'));
  const { PATH } = process.env;
  context.after(() => {
    process.env.PATH = PATH;
    return rm(folder, { recursive: true });
  });
  const calls = path.join(folder, 'calls');
  await writeFile(calls, '');
  for (const [name, script] of Object.entries(scripts)) {
    const program = `#!${process.execPath}
      const args = process.argv.slice(2).filter((argument) => !argument.startsWith('--context='));
      require('node:fs').appendFileSync(${JSON.stringify(calls)}, [${JSON.stringify(name)}, ...args].join(' ') + '\\n');
      ${script}`;
    await writeFile(path.join(folder, name), program, { mode: 0o755 });
  }
  process.env.PATH = `${folder}:${PATH}`;
  return async () => (await readFile(calls, 'utf8')).split('\n').filter(Boolean);
}
