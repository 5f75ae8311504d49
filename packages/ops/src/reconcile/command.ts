import { parse } from '@lukeed/ms';
import { createLog, type KafkaAccess } from '@tocsin/kit';
import type { Report } from './judge.ts';
import { keepReconciling } from './keep.ts';
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
  const { sinceMs, untilMs } = spanOf(options);
  const now = Date.now();
  const span = { since: new Date(now - sinceMs), until: new Date(now - untilMs) };
  const report = await reconcile({ log }, options, span);
  for (const line of inWords(report)) say(line);
  return report.mismatches.length === 0 && report.unreadable === 0 ? 0 : 1;
}

/** What kafkajs is given to leave its group; nothing is lost without it. */
const farewellMs = 5000;

/**
 * Judges the orders of the last while every so often, and pushes what it finds, until SIGTERM or SIGINT.
 * @throws when a span is none.
 */
export async function runReconcileEvery(options: {
  every: string;
  since: string;
  until: string;
  kafka: KafkaAccess;
  bankUrl: string;
  pushgatewayUrl: string;
  namespace: string;
}): Promise<void> {
  const spans = { ...spanOf(options), everyMs: milliseconds(options.every) };
  const ending = new AbortController();
  const end = () => {
    ending.abort();
    setTimeout(() => process.exit(0), farewellMs).unref();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  await keepReconciling({ ...options, ...spans }, ending.signal);
}

function spanOf({ since, until }: { since: string; until: string }) {
  const [sinceMs, untilMs] = [milliseconds(since), milliseconds(until)];
  if (sinceMs > untilMs) return { sinceMs, untilMs };
  throw new Error(`Nothing was placed from ${since} until ${until} ago: SINCE is the longer span`);
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

/** @throws when it is none, as `soon` or `-5m`. */
function milliseconds(text: string): number {
  const span = parse(text);
  if (span === undefined || span < 0) throw new Error(`"${text}" is no span of time; one is 90s, 10m or 2h`);
  return span;
}
