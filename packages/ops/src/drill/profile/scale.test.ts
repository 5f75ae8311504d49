import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { secondsOf, shorten } from './durations.ts';
import { scaleExpression } from './scale-expression.ts';
import { scaleRoutes } from './scale-routes.ts';
import { scaleRules } from './scale-rules.ts';

const expressions: readonly (readonly [what: string, expr: string, scaled: string])[] = [
  ['a window is divided', 'rate(x[1h])', 'rate(x[240s])'],
  ['a window of several units, too', 'rate(x[1h30m])', 'rate(x[360s])'],
  ['a window is not below 10 s', 'increase(x[1m])', 'increase(x[10s])'],
  ['a window that was shorter than 10 s is not made longer', 'rate(x[5s])', 'rate(x[5s])'],
  [
    'an offset is divided, and is a second at the least',
    'x offset 5m - x offset -10s',
    'x offset 20s - x offset -1s',
  ],
  [
    'so are window and step of a subquery',
    'max_over_time((time() - x)[1d:1m])',
    'max_over_time((time() - x)[5760s:4s])',
  ],
  ['the step of a subquery may be left out', 'max_over_time(x[1d:])', 'max_over_time(x[5760s:])'],
  ['a number written as minutes is a time to wait', 'time() - x > 5 * 60', 'time() - x > 20'],
  ['as hours, as days', 'x < 6 * 3600 or x > 1.5 * 86400', 'x < 1440 or x > 8640'],
  ['a plain number is a limit that people feel', 'p99 > 0.5 and n >= 100', 'p99 > 0.5 and n >= 100'],
  ['a product with a series is none of our times', 'x * 60 > 14.4 * y', 'x * 60 > 14.4 * y'],
  ['what looks like a duration in a name or a label stays', 'x:y_5m{le="5m"} > 1', 'x:y_5m{le="5m"} > 1'],
];

for (const [what, expr, scaled] of expressions) {
  test(what, () => assert.equal(scaleExpression(expr, 15), scaled));
}

test('what is not PromQL is said, with its place', () => {
  assert.throws(() => scaleExpression('rate(x[5m)', 15), /Not PromQL at \d+: /);
});

test('durations are whole seconds, and no wait stays none', () => {
  assert.equal(secondsOf('1d2h3m4s5ms'), 93_784.005);
  assert.throws(() => secondsOf('5 minutes'), /"5 minutes" is no duration/);
  assert.throws(() => secondsOf(''), /is no duration/);
  assert.deepEqual(
    ['50s', '10s', '0s', '0', '3h'].map((duration) => shorten(duration, 15, 1)),
    ['3s', '1s', '0s', '0s', '720s'],
  );
});

test('in a rule file the waits are divided; names, labels and texts stay', () => {
  const rule = {
    alert: 'X',
    expr: 'increase(x[5m]) > 0.5',
    for: '1m',
    keep_firing_for: '5m',
    labels: { severity: 'critical' },
    annotations: { description: 'for 1m over [5m]' },
  };
  const file = { groups: [{ name: 'g', interval: '30s', rules: [{ record: 'a:b:c1m', expr: 'x' }, rule] }] };
  assert.deepEqual(parse(scaleRules(JSON.stringify(file), 15)), {
    groups: [
      {
        name: 'g',
        interval: '2s',
        rules: [
          { record: 'a:b:c1m', expr: 'x' },
          { ...rule, expr: 'increase(x[20s]) > 0.5', for: '4s', keep_firing_for: '20s' },
        ],
      },
    ],
  });
});

test('a cause goes on firing for as long as the shortest window of a symptom', () => {
  const rules = (keepFiringFor: string) =>
    scaleRules(
      JSON.stringify({ groups: [{ rules: [{ alert: 'X', expr: 'x', keep_firing_for: keepFiringFor }] }] }),
      15,
    );
  assert.match(rules('1m'), /keep_firing_for: 10s/);
  assert.match(rules('5s'), /keep_firing_for: 5s/);
});

test('in the routes every wait is divided, however deep it stands', () => {
  const config = {
    route: {
      receiver: 'a',
      group_wait: '30s',
      routes: [
        { receiver: 'b', group_wait: '0s', group_interval: '1m', routes: [{ repeat_interval: '12h' }] },
      ],
    },
    receivers: [{ name: 'a' }, { name: 'b' }],
  };
  assert.deepEqual(parse(scaleRoutes(JSON.stringify(config), 15)), {
    route: {
      receiver: 'a',
      group_wait: '2s',
      routes: [
        { receiver: 'b', group_wait: '0s', group_interval: '4s', routes: [{ repeat_interval: '2880s' }] },
      ],
    },
    receivers: config.receivers,
  });
});

test('every rule that is shipped can be scaled', () => {
  const folder = new URL('../../../../../alerts/rules/', import.meta.url);
  for (const file of readdirSync(folder)) scaleRules(readFileSync(new URL(file, folder), 'utf8'), 15);
});
