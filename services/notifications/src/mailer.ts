import { unavailable } from '@tocsin/kit';
import type { Letter } from './letter.ts';

export interface Mailer {
  /**
   * Hands a letter to the mail server. Sent a second time it has the same Message-ID, by which mail programs know it.
   * @throws {KitError} `smtp_unavailable` where the server did not take it.
   */
  send(messageId: string, letter: Letter): Promise<void>;
}

/** Short, so that no shutdown waits for a mail server. */
const timeoutMs = 3000;

/** The library is loaded only where there is a mail server. */
export async function createMailer(url: string, from: string): Promise<Mailer> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    async send(messageId, { recipient, subject, body }) {
      try {
        await transport.sendMail({
          messageId: `<${messageId}@${domain}>`,
          from,
          to: recipient,
          subject,
          text: body,
        });
      } catch (error) {
        throw unavailable('smtp_unavailable', `The mail server did not take the message: ${codeOf(error)}`);
      }
    },
  };
}

/** Not the error itself: a server likes to repeat the address that it refuses, and logs keep no addresses. */
function codeOf(error: unknown): string {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return [code, responseCode].filter((part) => part !== undefined).join(' ');
}
