import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Session } from './outcome.ts';

/**
 * `.tocsin/drills/report.{json,md,xml}`: the same for programs, people and CI. What cannot be proved with one broker is
 * proved by a session with three, whose report says nothing of the others: each is kept in `reports/<when it began>`.
 * @returns where they are.
 */
export async function writeReports(root: string, session: Session): Promise<string> {
  const folder = '.tocsin/drills';
  const began = session.startedAt.toISOString().replace(/\..*/, '').replaceAll(':', '-');
  const texts = {
    json: `${JSON.stringify(session, null, 2)}\n`,
    md: markdownReport(session),
    xml: junitReport(session),
  };
  await mkdir(path.join(root, folder, 'reports'), { recursive: true });
  for (const [extension, text] of Object.entries(texts)) {
    for (const name of ['report', `reports/${began}`])
      await writeFile(path.join(root, folder, `${name}.${extension}`), text);
  }
  return `${folder}/report.{md,json,xml}`;
}
