import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { startFake } from '../testing/fake.ts';
import { testRoom } from '../testing/room.ts';
import { webhookOf } from '../testing/webhook.ts';

const endsAt = '2026-11-24T12:02:11.000Z';

interface SlackMessage {
  text: string;
  attachments: { color: string; text: string }[];
}

async function forwardAll({ forwarding }: ReturnType<typeof testRoom>) {
  while (await forwarding.forward()) {
    // The next may be tried at once.
  }
}

/** A hook that answers with `status`, which the test may change. */
async function roomWithHook(clean: AsyncDisposableStack, status: number) {
  const hook = { status };
  const slack = await startFake(clean, (response) => response.writeHead(hook.status).end('ok'));
  const room = testRoom(clean, { hookUrl: `${slack.url}/services/secret` });
  const messages = () => slack.received.map((body) => JSON.parse(body) as SlackMessage);
  return { ...room, hook, messages };
}

test('beginning and end of an incident reach Slack with absolute links, and edits do not', async (t) => {
  const room = await roomWithHook(cleanup(t), 200);
  room.receive(webhookOf({ annotations: { summary: '<!channel> & more', runbook_url: '/runbooks/A' } }));
  room.receive(webhookOf({}, { labels: { pod: 'b' } }));
  room.receive(webhookOf({ endsAt }, { labels: { pod: 'b' }, endsAt }));
  await forwardAll(room);

  const [begun, over, ...others] = room.messages();
  assert.deepEqual(others, []);
  assert.equal(begun?.text, 'CRITICAL HighErrorRate in tocsin/orders');
  assert.match(begun?.attachments[0]?.text ?? '', /^&lt;!channel&gt; &amp; more$/m);
  assert.match(begun?.attachments[0]?.text ?? '', /^Runbook: https:\/\/room\.example\/runbooks\/A$/m);
  assert.match(over?.text ?? '', /^RESOLVED/);
  assert.notEqual(begun?.attachments[0]?.color, over?.attachments[0]?.color);
  const sent = { destination: 'slack', outcome: 'sent' };
  assert.equal(await room.metric('chatops_notifications_total', sent), 2);
});

test('a failing hook is tried again later and later, in order, and the room shows why', async (t) => {
  const room = await roomWithHook(cleanup(t), 503);
  room.receive(webhookOf({}));
  room.receive(webhookOf({ endsAt }));
  assert.equal(room.incidents.open().length, 0, 'the room does not wait');
  await forwardAll(room);
  await forwardAll(room);
  assert.equal(room.messages().length, 1, 'not before its time');
  room.clock.advance(1500);
  await forwardAll(room);
  room.clock.advance(1400);
  await forwardAll(room);
  assert.equal(room.messages().length, 2, 'the second pause is longer');
  assert.deepEqual(room.forwarding.state(), { waiting: 2, lastError: 'the hook answered 503' });

  room.hook.status = 200;
  room.clock.advance(3000);
  await forwardAll(room);
  assert.deepEqual(
    room.messages().map(({ text }) => text.split(' ')[0]),
    ['CRITICAL', 'CRITICAL', 'CRITICAL', 'RESOLVED'],
  );
  assert.deepEqual(room.forwarding.state(), { waiting: 0, lastError: undefined });
  const failed = { destination: 'slack', outcome: 'failed' };
  assert.equal(await room.metric('chatops_notifications_total', failed), 2);
});

test('a message that a dead hook did not take within a day is given up, and counted', async (t) => {
  const room = testRoom(cleanup(t), { hookUrl: 'http://127.0.0.1:1/dead' });
  room.receive(webhookOf({}));
  await forwardAll(room);
  assert.deepEqual(room.forwarding.state(), { waiting: 1, lastError: 'the hook cannot be reached' });
  room.clock.advance(24 * 3600_000 + 1);
  await forwardAll(room);
  assert.deepEqual(room.forwarding.state(), { waiting: 0, lastError: undefined });
  const lost = { destination: 'slack', outcome: 'given_up' };
  assert.equal(await room.metric('chatops_notifications_total', lost), 1);
});

test('a message that the hook refuses does not hold up the next', async (t) => {
  const room = await roomWithHook(cleanup(t), 400);
  room.receive(webhookOf({}));
  room.receive(webhookOf({ endsAt }));
  await forwardAll(room);
  assert.equal(room.forwarding.state()?.waiting, 0);
  const refused = { destination: 'slack', outcome: 'refused' };
  assert.equal(await room.metric('chatops_notifications_total', refused), 2);
});

test('a hook that never answers is left after its time, and its address is told to nobody', async (t) => {
  const clean = cleanup(t);
  const slack = await startFake(clean, () => {});
  const room = testRoom(clean, { hookUrl: `${slack.url}/services/secret` });
  room.receive(webhookOf({}));
  await forwardAll(room);
  assert.deepEqual(room.forwarding.state(), { waiting: 1, lastError: 'no answer within 5000 ms' });
});

test('what waits for Slack survives a restart of the room', async (t) => {
  const clean = cleanup(t);
  const room = await roomWithHook(clean, 200);
  room.receive(webhookOf({}));
  const slack = await startFake(clean, (response) => response.end('ok'));
  const again = testRoom(clean, { file: room.file, clock: room.clock, hookUrl: slack.url });
  await forwardAll(again);
  assert.equal(slack.received.length, 1);
});
