import { parse } from '@lukeed/ms';
import { createLog, type KafkaAccess } from '@tocsin/kit';
import type { Report } from './judge.ts';
import { reconcile } from './reconcile.ts';

/**
 * `make reconcile`: one pass over the orders of a span, told in words.
 * @param options.since how long ago the first was placed: `90s`, `10m`, `2h`.
 * @param options.until how long ago the last was placed; younger ones may still be on their way.
 * @returns the exit code: 0 all adds up, 1 something does not.
 * @throws when the span is none, or a broker or the bank does not answer.
 */
export async function runReconcile(
  options: { since: string; until: string; kafka: KafkaAccess; bankUrl: string },
  say: (line: string) => void,
): Promise<number> {
  const log = createLog({ service: 'reconcile', release: 'local', level: 'warn' });
  const now = Date.now();
  const span = {
    since: new Date(now - milliseconds(options.since)),
    until: new Date(now - milliseconds(options.until)),
  };
  if (span.since >= span.until) {
    throw new Error(
      `Nothing was placed from ${options.since} until ${options.until} ago: SINCE is the longer span`,
    );
  }
  const report = await reconcile({ log }, options, span);
  for (const line of inWords(report)) say(line);
  return report.mismatches.length === 0 && report.unreadable === 0 ? 0 : 1;
}

function inWords(report: Report): string[] {
  const { judged, shipped, cancelled, tooYoung, unreadable, mismatches } = report;
  return [
    ...mismatches.map(({ orderId, problem }) => `${orderId}  ${problem}`),
    `${judged} orders judged: ${shipped} shipped, ${cancelled} cancelled, ${mismatches.length} things that do not add up.`,
    ...(tooYoung > 0 ? [`${tooYoung} younger ones were not judged: they may be on their way.`] : []),
    ...(unreadable > 0 ? [`${unreadable} records could not be read.`] : []),
  ];
}

function milliseconds(text: string): number {
  const span = parse(text);
  if (span === undefined || span < 0) throw new Error(`"${text}" is no span of time; one is 90s, 10m or 2h`);
  return span;
}
