// A runbook's commands are read at night: they are known ones, about parts, ports and series that there are.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { declareParts } from '../../deploy/local/parts.ts';
import { ports } from '../../deploy/local/ports.ts';
import { readable } from '../../packages/ops/src/stack/readable.ts';
import { laptopSite } from '../../packages/ops/src/stack/site.ts';
import { unknownIn } from '../catalogue/metrics.ts';
import { alertNames, alertsFolder } from '../catalogue/rules.ts';
import { commandsOf, firstSentence, sectionsOf } from '../catalogue/runbook.ts';

const logCall = /\blog\.(info|warn|error|fatal)\([^;]*?'([^'\n]+)',?\s*\)/g;
const makefile = readFileSync(path.join(alertsFolder, '../Makefile'), 'utf8');
const targets = new Set([...makefile.matchAll(/^([a-z0-9-]+):.*## /gm)].map(([, target]) => target));
const knownPorts = new Set<string>(Object.values(ports).flatMap((of) => Object.values(of).map(String)));
// Those without a port, too.
const parts = new Set(declareParts(laptopSite(path.join(alertsFolder, '..'), 0)).map(({ name }) => name));

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
  const problems = targets.has(target) ? [] : [`make has no target ${target}`];
  for (const part of [named.SERVICE, named.PART]) {
    if (part !== undefined && !parts.has(part)) problems.push(`there is no part ${part}`);
  }
  if (target === 'logs' && named.FOLLOW !== '0') problems.push('it never returns without FOLLOW=0');
  return problems;
}

function ofCurl(command: string): string[] {
  if (!/^curl /.test(command)) return ['neither make nor curl'];
  const port = /\b(?:localhost|127\.0\.0\.1):(\d+)/.exec(command)?.[1];
  const problems = port && knownPorts.has(port) ? [] : ['no port of the platform'];
  const [, query] = /'query=([^']*)'/.exec(command) ?? [];
  return query === undefined ? problems : [...problems, ...unknownIn(query)];
}
