import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { testBrokers, testDeps, until } from '../testing/backing.ts';
import { createKafka, patient } from './client.ts';

const require = createRequire(import.meta.url);

test('the patch is for this version of kafkajs: look again before another', () => {
  assert.equal((require('kafkajs/package.json') as { version: string }).version, '2.2.4');
});

test('an idle client does not spin', async (t) => {
  const { prototype } = require('kafkajs/src/network/requestQueue') as {
    prototype: { checkPendingRequests(): void };
  };
  const original = prototype.checkPendingRequests;
  let checks = 0;
  prototype.checkPendingRequests = function () {
    checks += 1;
    original.call(this);
  };
  t.after(() => {
    prototype.checkPendingRequests = original;
  });
  const producer = createKafka(testDeps(), { brokers: testBrokers(), clientId: 'test' }, patient).producer();
  t.after(() => producer.disconnect());
  await producer.connect();
  checks = 0;
  // Unpatched, this many timer turns bring as many checks and more: one per millisecond and connection.
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await until('timer turns', () => turns > 300);
  clearInterval(timer);
  assert.ok(checks < 10, `${checks} checks of an idle request queue`);
});
