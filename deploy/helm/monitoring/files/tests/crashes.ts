// Bugsink takes crash reports at the DSN that the services have.
import { until } from './wait.ts';

const dsn = new URL(process.env.DSN ?? '');

/** An envelope without an item: its key and project are judged, and no issue comes of it. */
const envelope = `${JSON.stringify({ dsn: dsn.href, sent_at: new Date().toISOString() })}\n`;

await until('Bugsink takes crash reports', async () => {
  const response = await fetch(`${dsn.origin}/api${dsn.pathname}/envelope/`, {
    method: 'POST',
    headers: { 'x-sentry-auth': `Sentry sentry_key=${dsn.username}, sentry_version=7` },
    body: envelope,
    signal: AbortSignal.timeout(5000),
  });
  const body = await response.text();
  return response.ok ? [] : [`${response.status} ${body.slice(0, 200)}`];
});
