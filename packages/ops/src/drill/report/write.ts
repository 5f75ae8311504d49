import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Session } from './outcome.ts';

/**
 * `.tocsin/drills/reports/<when it began>.{json,md,xml}`: the same for programs, people and CI. What cannot be proved
 * with one broker is proved by a session with three, whose report says nothing of the others: each is kept.
 * @returns where they are.
 */
export async function writeReports(root: string, session: Session): Promise<string> {
  const name = session.startedAt.toISOString().replace(/\..*/, '').replaceAll(':', '-');
  const folder = '.tocsin/drills/reports';
  await mkdir(path.join(root, folder), { recursive: true });
  const write = (extension: string, text: string) =>
    writeFile(path.join(root, folder, `${name}.${extension}`), text);
  await write('json', `${JSON.stringify(session, null, 2)}\n`);
  await write('md', markdownReport(session));
  await write('xml', junitReport(session));
  return `${folder}/${name}.{md,json,xml}`;
}
