import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsFor } from '../runbooks/commands-for.ts';

const kind = (text: string) => commandsFor('TARGET=kind', text);

test('each command that acts on a platform is given the target, and nothing else is', () => {
  assert.equal(kind('make status'), 'make status TARGET=kind');
  assert.equal(
    kind('make status\nmake logs SERVICE=orders FOLLOW=0 | tail -5'),
    'make status TARGET=kind\nmake logs TARGET=kind SERVICE=orders FOLLOW=0 | tail -5',
  );
  for (const other of ['make check', 'make up BROKERS=3', 'make statuses', "grep 'make status'"]) {
    assert.equal(kind(other), other);
  }
});

test('without a target they are as they are written', () => {
  assert.equal(commandsFor(undefined, 'make status'), 'make status');
  assert.equal(commandsFor('', 'make status'), 'make status');
});

test('a target is taken as it is', () => {
  assert.equal(commandsFor('TARGET=kind CONTEXT=$&', 'make heal'), 'make heal TARGET=kind CONTEXT=$&');
});
