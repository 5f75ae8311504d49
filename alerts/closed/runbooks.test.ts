// A runbook's commands are read at night: they are known ones, about parts, ports and series that there are, and hold on a
// laptop and in a cluster alike or say which of them they are for.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { declareParts } from '../../deploy/local/parts.ts';
import { forwardedPorts } from '../../packages/ops/src/kubernetes/addresses.ts';
import { readable } from '../../packages/ops/src/stack/readable.ts';
import { laptopSite } from '../../packages/ops/src/stack/site.ts';
import { unknownIn } from '../catalogue/metrics.ts';
import { alertNames, alertsFolder } from '../catalogue/rules.ts';
import { type Advice, adviceOf, commandsOf, firstSentence, sectionsOf } from '../catalogue/runbook.ts';
import { ofOnePlatform } from '../runbooks/commands-for.ts';

const logCall = /\blog\.(info|warn|error|fatal)\([^;]*?'([^'\n]+)',?\s*\)/g;
const makefile = readFileSync(path.join(alertsFolder, '../Makefile'), 'utf8');
// Each with the variables that its help and its recipe name.
const targets = new Map(
  [...makefile.matchAll(/^([a-z0-9-]+):.*## .*\n(?:\t.*\n)*/gm)].map(([block, target = '']) => [
    target,
    new Set(block.match(/\b[A-Z][A-Z_]+\b/g)),
  ]),
);
const needed: Readonly<Record<string, readonly string[]>> = {
  hold: ['PART'],
  release: ['PART'],
  logs: ['SERVICE', 'FOLLOW'], // It never returns without FOLLOW=0.
  replay: ['GROUP'],
  sql: ['SERVICE', 'QUERY'],
};
/** What acts on no platform, or names its cluster itself. */
const sameEverywhere = new Set(['check', 'deploy']);
// Those that `make forward` brings from a cluster are the laptop's, too.
const knownPorts = new Set(forwardedPorts(0).map(({ port }) => String(port)));
// Those without a port, too.
const parts = new Set(declareParts(laptopSite(path.join(alertsFolder, '..'), 0, 3)).map(({ name }) => name));

// All that is logged anywhere, each with an error, as `make logs` shows it.
const sources = globSync('{packages,services}/*/src/**/*.ts', {
  cwd: path.join(alertsFolder, '..'),
  exclude: ['**/*.test.ts'],
});
const logged = sources
  .flatMap((file) => [...readFileSync(path.join(alertsFolder, '..', file), 'utf8').matchAll(logCall)])
  .map(([, level, message]) => ({
    level,
    time: '2026-11-24T09:00:01.123Z',
    message,
    err: { stack: 'Error: no' },
  }))
  .map((entry) => stripVTControlCharacters(readable(JSON.stringify(entry))))
  .join('\n');

for (const alert of alertNames) {
  test(`the runbook of ${alert} has its four parts, and each says something`, () => {
    const sections = sectionsOf(alert);
    assert.deepEqual(
      sections.map(({ heading }) => heading),
      [alert, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation'],
    );
    for (const { heading, text } of sections.slice(1)) assert.ok(text.length > 40, heading);
    // They stand in the table of the README and in the message.
    assert.ok(firstSentence(alert, 'Meaning') && firstSentence(alert, 'Impact'));
  });

  test(`the commands in the runbook of ${alert} are known ones`, () => {
    const commands = commandsOf(alert).flatMap(linesOf);
    assert.ok(commands.length > 0, 'no ```sh block under Diagnosis');
    assert.deepEqual(commands.flatMap(problemsOf), []);
  });
}

for (const alert of alertNames) {
  const advice = adviceOf(alert);
  if (advice.length === 0) continue;
  test(`what the runbook of ${alert} says to do can be done as it is printed`, () => {
    assert.deepEqual(advice.flatMap(problemsOfAdvice), []);
  });
}

test('advice that cannot be followed as it is printed is found', () => {
  const problems = (command: string, said = '') => problemsOfAdvice({ command, said }).length;
  for (const command of [
    'make release',
    'make status PART=kafka',
    'make logs SERVICE=orders',
    'make reconcile SINCE=7d',
    'make sql SERVICE=orders QUERY="delete from inbox"',
    'delete from inbox',
    'kafka-topics.sh --describe',
    'kubectl exec kafka-0 -- true',
    'helm rollback monitoring',
    'curl -X POST http://127.0.0.1:9090/-/reload',
    'curl http://127.0.0.1:9100/metrics',
  ]) {
    assert.equal(problems(command), 1, command);
  }
  assert.equal(problems('make reconcile SINCE=7d', 'On a laptop `make reconcile SINCE=7d`'), 0);
  assert.equal(problems('make sql SERVICE=orders WRITE=1 QUERY="delete from inbox"'), 0);
});

for (const alert of alertNames) {
  const filters = commandsOf(alert).flatMap(linesOf).flatMap(filterOfLog);
  if (filters.length === 0) continue;
  test(`what the runbook of ${alert} looks for in a log is logged`, () => {
    for (const filter of filters) assert.ok(filter.test(logged), `${filter} finds nothing`);
  });
}

/** What `make logs` is filtered by, one for each of its alternatives. */
function filterOfLog(command: string): RegExp[] {
  const [, pattern = ''] = /^make logs [^|]*\| (?:grep|awk) [^']*'\/?(.*?)\/?'/.exec(command) ?? [];
  const alternatives = pattern.match(/(?:\([^)]*\)|[^|])+/g) ?? [];
  return alternatives.map((alternative) => new RegExp(alternative));
}

/** Lines of a block, continued ones joined. */
function linesOf(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** What stands in the way of whoever types it, at the laptop's or at a cluster. */
function problemsOfAdvice({ command, said }: Advice): string[] {
  const laptop = /\blaptop\b/.test(said);
  return linesOf(command).flatMap((line) => {
    if (/^(select|with|insert|update|delete) /.test(line)) return [`nothing that runs it: ${line}`];
    const problems = /^(make|curl) /.test(line) ? problemsOf(line) : [];
    const [, target = ''] = /^make (\S+)/.exec(line) ?? [];
    const laptopOnly = target
      ? targets.has(target) && !ofOnePlatform.includes(target) && !sameEverywhere.has(target)
      : /^(java|psql) |:9090\/-\/reload|:19092\b/.test(line);
    if (laptopOnly && !laptop) problems.push(`for a laptop alone, and does not say so: ${line}`);
    if (/\bkafka-\S+\.sh|kafka\.admin/.test(line) && !line.includes('--bootstrap-server '))
      problems.push(`no --bootstrap-server: ${line}`);
    const named = /--(?:kube-)?context=\S+ --namespace=\S+/.test(line);
    if (/^(helm|kubectl .*\bexec) /.test(line) && !named) problems.push(`no cluster and namespace: ${line}`);
    return problems;
  });
}

function problemsOf(line: string): string[] {
  // Who is asked may be the one that is down.
  const command = line.startsWith('curl ') ? line.replace(/ \|\| echo '[^']*'$/, '') : line;
  const problems = [
    ...(command.startsWith('make ') ? ofMake(command) : ofCurl(command)),
    ...ofFilter(command),
  ];
  return problems.map((problem) => `${problem}: ${command}`);
}

/** What stands behind a pipe, outside of quotes. Not head: it ends before what it reads, which then fails. */
function ofFilter(command: string): string[] {
  const [, ...filters] = command.replaceAll(/'[^']*'|"[^"]*"/g, '').split('|');
  return filters.every((filter) => /^\s*(awk|grep|jq|sort|tail)\b/.test(filter)) ? [] : ['an unknown filter'];
}

function ofMake(command: string): string[] {
  const target = /^make (\S+)/.exec(command)?.[1] ?? '';
  const settings = command.matchAll(/ ([A-Z_]+)=("[^"]*"|'[^']*'|\S*)/g);
  const named = Object.fromEntries([...settings].map(([, name = '', value = '']) => [name, value]));
  const known = targets.get(target);
  if (!known) return [`make has no target ${target}`];
  const problems = Object.keys(named)
    .filter((name) => !known.has(name))
    .map((name) => `make ${target} reads no ${name}`);
  for (const name of needed[target] ?? []) if (!named[name]) problems.push(`without ${name}`);
  for (const part of [named.SERVICE, named.PART]) {
    if (part !== undefined && part !== '<part>' && !parts.has(part))
      problems.push(`there is no part ${part}`);
  }
  if (/"(?:with .*)?\b(?:delete|insert|update) /.test(named.QUERY ?? '') && !named.WRITE)
    problems.push('it writes, without WRITE=1');
  return problems;
}

function ofCurl(command: string): string[] {
  if (!/^curl /.test(command)) return ['neither make nor curl'];
  const port = /\b(?:localhost|127\.0\.0\.1):(\d+)/.exec(command)?.[1];
  const problems = port && knownPorts.has(port) ? [] : ['no port of the platform'];
  const [, query] = /'query=([^']*)'/.exec(command) ?? [];
  return query === undefined ? problems : [...problems, ...unknownIn(query)];
}
