import path from 'node:path';
import { ExecaError, execa, type Options } from 'execa';

/**
 * Runs a program to its end and returns what it wrote to standard output.
 * @throws Error in the program's own words when it fails.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: Options = {},
): Promise<string> {
  try {
    const { stdout } = await execa(program, args, {
      stdin: options.input === undefined ? 'ignore' : 'pipe',
      ...options,
    });
    return String(stdout ?? '');
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === 'ENOENT') {
      throw new Error(`${program} is not on the PATH. \`make doctor\` says how to install it.`, {
        cause: error,
      });
    }
    const words = [error.stderr, error.stdout].map((text) => String(text ?? '').trim()).find(Boolean);
    const verb = args.find((argument) => !argument.startsWith('-')) ?? '';
    const called = `${path.basename(program)} ${verb}`.trim();
    throw new Error(`${called}: ${words ?? error.shortMessage}`, { cause: error });
  }
}
