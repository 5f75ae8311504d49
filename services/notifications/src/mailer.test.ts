import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { createMailer } from './mailer.ts';

const letter = { recipient: 'ada@example.com', subject: 'Welcome', body: 'Hello Ada,\n\nit is good.\n' };

test('a letter reaches the mail server, and sent again it is recognisable as the same', async (t) => {
  const { url, mails } = await mailServer(cleanup(t));
  const mailer = await createMailer(url, 'shop@tocsin.example');
  await mailer.send('event-1', letter);
  await mailer.send('event-1', letter);
  await mailer.send('event-2', letter);

  const ids = mails.map((mail) => /^Message-ID: (.*)$/m.exec(mail)?.[1]);
  assert.deepEqual(ids, ['<event-1@tocsin.example>', '<event-1@tocsin.example>', '<event-2@tocsin.example>']);
  for (const line of [
    'From: shop@tocsin.example',
    'To: ada@example.com',
    'Subject: Welcome',
    'it is good.',
  ]) {
    assert.ok(mails[0]?.split('\n').includes(line), `${line} is missing in ${mails[0]}`);
  }
});

test('a refusal is an error that names no address', async (t) => {
  const { url } = await mailServer(cleanup(t), '550 5.1.1 <ada@example.com> unknown');
  const mailer = await createMailer(url, 'shop@tocsin.example');
  await assert.rejects(mailer.send('event-1', letter), {
    code: 'smtp_unavailable',
    retryable: true,
    message: 'The mail server did not take the message: EENVELOPE 550',
    cause: undefined,
  });
});

test('a mail server that is away is an error, not a hang', async () => {
  const mailer = await createMailer('smtp://127.0.0.1:1', 'shop@tocsin.example');
  await assert.rejects(mailer.send('event-1', letter), { code: 'smtp_unavailable', retryable: true });
});

/** As little SMTP as a mail needs: https://datatracker.ietf.org/doc/html/rfc5321#appendix-D */
async function mailServer(clean: AsyncDisposableStack, answerToRecipient = '250 OK') {
  const mails: string[] = [];
  const server = createServer((socket) => {
    const say = (line: string) => void socket.write(`${line}\r\n`);
    let mail: string[] | undefined;
    say('220 sink');
    createInterface(socket).on('line', (line) => {
      if (mail && line === '.') {
        mails.push(mail.join('\n'));
        mail = undefined;
        say('250 OK');
      } else if (mail) mail.push(line);
      else if (line === 'DATA') {
        mail = [];
        say('354 go on');
      } else if (line.startsWith('RCPT')) say(answerToRecipient);
      else if (line === 'QUIT') socket.end('221 bye\r\n');
      else say('250 OK');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(() => new Promise((resolve) => void server.close(() => resolve())));
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails };
}
