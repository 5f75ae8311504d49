import { execa } from 'execa';

/** Whether a program names this flag in its help: some change theirs from version to version. */
export async function understands(program: string, flag: string): Promise<boolean> {
  const { all } = await execa(program, ['--help'], { all: true, reject: false, timeout: 10_000 });
  return new RegExp(`--(\\[no-\\])?${flag.replaceAll('.', '\\.')}\\b`).test(all);
}
