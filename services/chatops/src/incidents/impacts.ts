import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the users of the platform feel, as the runbooks say. */
export interface Impacts {
  /** The first sentence under Impact in the runbook at `/runbooks/<alert>`; undefined where there is none. */
  of(runbookUrl: string | undefined): string | undefined;
}

export function createImpacts(runbooksFolder: string): Impacts {
  return {
    of(runbookUrl) {
      const [, name] = /^\/runbooks\/(\w+)$/.exec(runbookUrl ?? '') ?? [];
      if (name === undefined) return undefined;
      try {
        return impactIn(readFileSync(path.join(runbooksFolder, `${name}.md`), 'utf8'));
      } catch {
        return undefined; // An alert without a runbook is told all the same.
      }
    },
  };
}

function impactIn(markdown: string): string | undefined {
  const [, section = ''] = /^## Impact\n([\s\S]*?)(?:^## |$(?![\s\S]))/m.exec(markdown) ?? [];
  const [paragraph = ''] = section.trim().split('\n\n');
  const [, sentence] = /^(.*?[^.])\.(?:\s|$)/.exec(`${paragraph.replaceAll('\n', ' ')} `) ?? [];
  return sentence?.replaceAll(/[`*]/g, '');
}
