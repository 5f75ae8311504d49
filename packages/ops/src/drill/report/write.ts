import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Session } from './outcome.ts';

/** `.tocsin/drills/report.{json,md,xml}`: the same for programs, people and CI. @returns where they are. */
export async function writeReports(root: string, session: Session): Promise<string> {
  const folder = path.join(root, '.tocsin/drills');
  await mkdir(folder, { recursive: true });
  const write = (extension: string, text: string) =>
    writeFile(path.join(folder, `report.${extension}`), text);
  await write('json', `${JSON.stringify(session, null, 2)}\n`);
  await write('md', markdownReport(session));
  await write('xml', junitReport(session));
  return '.tocsin/drills/report.{md,json,xml}';
}
