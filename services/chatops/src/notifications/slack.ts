import type { Incident, Severity } from '../incidents/incident.ts';
import { messageOf } from '../incidents/message.ts';

const postTimeoutMs = 5000;

/** What became of a message at the hook. */
export type Posted =
  | { readonly outcome: 'sent' }
  /** The hook will never take this message. */
  | { readonly outcome: 'refused'; readonly error: string }
  | { readonly outcome: 'failed'; readonly error: string };

const colours: Record<Severity | 'resolved', string> = {
  critical: '#c4320a',
  warning: '#b7791f',
  info: '#2563a8',
  none: '#6b7280',
  resolved: '#2f7d4f',
};

/** The message of an incident as Slack and its likes take it (https://docs.slack.dev/legacy/legacy-messaging). */
export function slackMessage(incident: Incident, publicUrl: string): string {
  const { headline, body } = messageOf(incident, (path) => new URL(path, publicUrl).href);
  const color = colours[incident.status === 'resolved' ? 'resolved' : incident.severity];
  return JSON.stringify({
    text: escapeControls(headline),
    attachments: [{ color, fallback: escapeControls(`${headline}\n${body}`), text: escapeControls(body) }],
  });
}

/** Posts to a hook within five seconds. The URL is a secret: no error that leaves this function names it. */
export async function postToSlack(url: string, body: string): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(postTimeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return { outcome: 'sent' };
    const error = `the hook answered ${response.status}`;
    return { outcome: response.status === 400 || response.status === 413 ? 'refused' : 'failed', error };
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    return {
      outcome: 'failed',
      error: late ? `no answer within ${postTimeoutMs} ms` : 'the hook cannot be reached',
    };
  }
}

/** Slack's three control characters: what comes from labels must neither link nor mention anybody. */
function escapeControls(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
