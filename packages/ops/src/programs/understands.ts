import { execa } from 'execa';

/** Whether a program, or a command of it, names this flag in its help: some change theirs from version to version. */
export async function understands(program: string, flag: string, ...command: string[]): Promise<boolean> {
  const { all } = await execa(program, [...command, '--help'], { all: true, reject: false, timeout: 10_000 });
  return new RegExp(`--(\\[no-\\])?${flag.replaceAll('.', '\\.')}\\b`).test(all);
}
