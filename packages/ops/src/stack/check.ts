import { connect } from 'node:net';
import type { Check } from './part.ts';

/** Puts one question to a part. Never throws: what cannot be asked is a no. */
export async function passes(check: Check, timeoutMs: number): Promise<boolean> {
  if ('http' in check) return answersOk(check.http, timeoutMs);
  if ('tcp' in check) return (await firstByte(check.tcp, timeoutMs, null)) !== null;
  // A server that still recovers accepts connections and answers 'E'; 'R' asks for the password.
  return (await firstByte(check.postgres, timeoutMs, startupMessage)) === 'R';
}

async function answersOk(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** The first character that the server says, '' when nothing was asked and it accepts, null when it fails. */
function firstByte(port: number, timeoutMs: number, question: Buffer | null): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMs });
    const settle = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => (question ? socket.write(question) : settle('')));
    socket.on('data', (data) => settle(data.toString('latin1', 0, 1)));
    socket.on('timeout', () => settle(null));
    socket.on('error', () => settle(null));
    socket.on('close', () => settle(null));
  });
}

/** https://www.postgresql.org/docs/18/protocol-message-formats.html, StartupMessage of protocol 3.0. */
const startupMessage = (() => {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + parameters.length, 0);
  head.writeInt32BE(196608, 4);
  return Buffer.concat([head, parameters]);
})();
