import { type Drill, receiversOf } from './drill.ts';
import type { Observer } from './observe.ts';

/** What is wrong with the picture in the message: it is to show the very series that fired. */
export async function chartMissing(
  drill: Drill,
  observer: Observer,
  chatopsUrl: string,
  since: Date,
): Promise<string[]> {
  // The room rings by itself, of no series; and of what only the pager hears it may be what is down.
  if (drill.raises.alertname === 'WatchdogMissing' || !receiversOf(drill).includes('chatops')) return [];
  const incident = (await observer.inTheRoom()).find(({ receivedAt }) => receivedAt >= since);
  if (!incident?.chartUrl) return ['the message has no chart'];
  const response = await fetch(new URL(incident.chartUrl, chatopsUrl), {
    signal: AbortSignal.timeout(10_000),
  });
  const picture = await response.text();
  if (response.ok && picture.includes('class="series"')) return [];
  return [`the message has no chart of what fired: ${response.status} ${picture.slice(0, 200)}`];
}
