import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Breakage, Drill } from '../drill/drill.ts';
import { laptopMatter } from './drill-ground.ts';

const acts: Breakage = { kind: 'acts', does: 'something', break: async () => {}, repair: async () => {} };
const parts: Breakage[] = [
  { kind: 'hold', part: 'kafka' },
  { kind: 'kill', part: 'kafka' },
  { kind: 'restart', part: 'kafka' },
  { kind: 'faults', service: 'orders', faults: [] },
];
const cases: [what: string, drill: Pick<Drill, 'breaks' | 'needs'>, why: RegExp | undefined][] = [
  ['hold, kill, restart and faults are done on a cluster, too', { breaks: parts }, undefined],
  ['a freeze is not', { breaks: [...parts, { kind: 'freeze', part: 'kafka' }] }, /frozen on the laptop only/],
  ['what reaches inside is not', { breaks: acts }, /on the laptop only/],
  ['what breaks one broker of three is not', { breaks: parts, needs: { brokers: 3 } }, /laptop only/],
  ['what breaks the only one is', { breaks: parts, needs: { brokers: 1 } }, undefined],
  ['what needs a history is not', { breaks: parts, needs: { history: () => '' } }, /drill profile/],
];

for (const [what, drill, why] of cases) {
  test(what, () => {
    if (why) assert.match(laptopMatter(drill) ?? '', why);
    else assert.equal(laptopMatter(drill), undefined);
  });
}
