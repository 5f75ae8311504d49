import type { Observer } from './observe.ts';

/** What is wrong with the picture in the message: it is to show the very series that fired. */
export async function chartMissing(observer: Observer, chatopsUrl: string, since: Date): Promise<string[]> {
  const incident = (await observer.inTheRoom()).find(({ receivedAt }) => receivedAt >= since);
  // What the room raises itself, and what only the pager hears of, has none.
  if (!incident?.chartUrl) return [];
  const response = await fetch(new URL(incident.chartUrl, chatopsUrl), {
    signal: AbortSignal.timeout(10_000),
  });
  const picture = await response.text();
  if (response.ok && picture.includes('class="series"')) return [];
  return [`the message has no chart of what fired: ${response.status} ${picture.slice(0, 200)}`];
}
