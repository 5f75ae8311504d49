import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProducer, readTopics } from '@tocsin/kit';
import { cleanup, commitFor, createTestTopics, testDeps, until } from '@tocsin/kit/testing/backing';
import { groupNamed, replay } from './replay.ts';

test('letters are shown, and sent back when told so, each once', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { brokers, group } = await createTestTopics(deps);
  const options = { brokers, clientId: 'test' };
  const producer = createProducer(deps, { ...options, sendBudgetMs: 20_000 });
  clean.defer(() => producer.close());
  const value = Buffer.from([0x7b, 0xff, 0x00]);
  const letter = (id: string) => ({
    topic: group.deadLetters.name,
    key: Buffer.from('key'),
    value,
    headers: { ce_id: id, dead_letter_id: id, dead_letter_error: 'no such thing' },
  });
  await producer.send([letter('a'), letter('b')]);
  // A fresh broker has no coordinator for consumer groups at first.
  const settled = () =>
    commitFor(clean, group.name, group.replays.name).then(
      () => true,
      () => false,
    );
  await until('consumer groups have a coordinator', settled);
  const said = async (what: { id?: string; send: boolean }) => {
    const lines: string[] = [];
    await replay({ brokers }, group, what, (line) => lines.push(line));
    return lines.join('\n');
  };
  const replays = () =>
    readTopics(deps, { ...options, since: new Date(0), budgetMs: 20_000 }, [group.replays.name]);

  assert.match(await said({ send: false }), /a +no such thing.*\n.*b +no such thing.*\nNothing was sent/);
  assert.deepEqual(await replays(), []);
  assert.match(await said({ id: 'b', send: true }), /1 sent to .*\.replays/);
  assert.match(await said({ send: true }), /^AT.*\n.* a +no such thing.*\n1 sent/);
  assert.match(await said({ send: true }), /^No dead letter/);
  await assert.rejects(said({ id: 'c', send: true }), /has no letter of c/);
  assert.deepEqual(
    (await replays()).map((record) => [record.headers, record.value?.toString('hex')]),
    [
      [{ ce_id: 'b' }, value.toString('hex')],
      [{ ce_id: 'a' }, value.toString('hex')],
    ],
  );
});

test('a group that there is not is told which there are', () => {
  assert.equal(groupNamed('orders-view').replays.name, 'orders-view.replays');
  assert.throws(() => groupNamed('order'), /no consumer group order; there are orders, orders-view,/);
});
