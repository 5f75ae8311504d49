// `npm run mutations [-- http slo …]`: makes every small mistake in the rules, and expects the unit tests to notice.
import { findProgram } from '@tocsin/ops';
import { ruleFiles } from '../catalogue/rules.ts';
import { equivalents } from './equivalents.ts';
import { judge, subjectOf } from './judge.ts';

const asked = process.argv.slice(2);
const concerns = asked.length > 0 ? asked : [...ruleFiles.keys()];
const promtool = await findProgram('promtool');
let mutants = 0;
let unnoticed = 0;
let known = 0;

for (const concern of concerns) {
  if (!ruleFiles.has(concern)) throw new Error(`There is no alerts/rules/${concern}.yaml`);
  const verdict = await judge(promtool, subjectOf(concern), (name) => {
    if (!equivalents.has(name)) console.log(`  nobody notices  ${name}`);
  });
  const survivors = verdict.survivors.filter((name) => !equivalents.has(name));
  const harmless = verdict.survivors.length - survivors.length;
  const caught = verdict.mutants - verdict.survivors.length;
  const note = harmless > 0 ? `, ${harmless} change nothing` : '';
  console.log(
    `${concern.padEnd(10)} ${caught} of ${verdict.mutants} mistakes noticed${note} (${verdict.seconds.toFixed(0)} s)`,
  );
  for (const name of verdict.noticed.filter((name) => equivalents.has(name))) {
    console.log(`  said to change nothing, and yet noticed  ${name}`);
    unnoticed += 1;
  }
  mutants += verdict.mutants;
  known += harmless;
  unnoticed += survivors.length;
}
console.log(
  `${mutants - known - unnoticed} of ${mutants - known} mistakes noticed; ${known} that change nothing.`,
);
process.exitCode = unnoticed === 0 ? 0 : 1;
