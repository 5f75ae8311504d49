import { setTimeout as sleep } from 'node:timers/promises';
import { type ConsumerGroup, groups } from '@tocsin/contracts';
import { createGroupReader, createLog, type KafkaAccess, type Log } from '@tocsin/kit';
import type { Report } from './judge.ts';
import { createReconcileMetrics } from './metrics.ts';
import { createAccount } from './reconcile.ts';

export interface KeepOptions {
  readonly kafka: KafkaAccess;
  readonly bankUrl: string;
  readonly pushgatewayUrl: string;
  readonly namespace: string;
  readonly everyMs: number;
  /** How long orders are looked at, and how long they are given to come to their end. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** How often the broker is asked about the consumer groups. */
const groupsEveryMs = 15_000;
/** How long nothing was said of an order that is not on its way any more. */
const quietMs = 60_000;
/** A record is published some time after what it tells of, and clocks differ. */
const readAheadMs = 60_000;

/**
 * Judges the orders of the last while again and again, reads the consumer groups from the broker more often still, and
 * pushes both, until `signal`. What cannot be read is logged, counted by nobody and not pushed: the time of the last
 * success stands still, and an alert rings.
 */
export async function keepReconciling(options: KeepOptions, signal: AbortSignal): Promise<void> {
  const log = createLog({ service: 'reconcile', release: 'local', level: 'info' });
  const { kafka, pushgatewayUrl: url, namespace, everyMs } = options;
  const metrics = createReconcileMetrics({ url, namespace });
  const judge = judging({ log, metrics }, options, signal);
  const reader = createGroupReader({ log }, { ...kafka, clientId: 'reconcile' }, subscriptions());
  log.info({ everyMs }, 'reconciling');
  await Promise.all([
    again({ log }, 'orders not judged', everyMs, signal, judge),
    again({ log }, 'consumer groups not read', groupsEveryMs, signal, async () => {
      const views = await reader.read();
      await metrics.groupsRead(views, new Date());
    }),
  ]);
}

function judging(
  { log, metrics }: { log: Log; metrics: ReturnType<typeof createReconcileMetrics> },
  options: KeepOptions,
  signal: AbortSignal,
) {
  const account = createAccount({ log }, options);
  // Of orders placed earlier only the end may have been read.
  const begin = new Date(Date.now() - options.sinceMs);
  let told = new Set<string>();
  return async () => {
    const now = Date.now();
    const since = new Date(now - options.sinceMs);
    await account.read(new Date(since.getTime() - readAheadMs), signal);
    account.forget(since);
    const report = account.judge({
      since: begin,
      until: new Date(now - options.untilMs),
      quietSince: new Date(now - Math.min(options.untilMs, quietMs)),
    });
    told = tell(log, report, told);
    await metrics.judged(report, new Date());
  };
}

/** Each mismatch once, when it is new. */
function tell(log: Log, { mismatches }: Report, told: ReadonlySet<string>): Set<string> {
  const now = new Set(mismatches.map(({ orderId, problem }) => `${orderId} ${problem}`));
  for (const { orderId, kind, problem } of mismatches) {
    if (!told.has(`${orderId} ${problem}`)) log.warn({ orderId, kind, problem }, 'order does not add up');
  }
  const right = [...told].filter((each) => !now.has(each));
  if (right.length > 0) log.info({ orders: right }, 'orders were put right');
  return now;
}

/** Every so many milliseconds, and never twice at once: what takes longer is begun again when it has ended. */
async function again(
  { log }: { log: Log },
  failed: string,
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const due = Date.now() + everyMs;
    try {
      await work();
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, failed);
    }
    await sleep(Math.max(0, due - Date.now()), undefined, { signal }).catch(() => {});
  }
}

/** What each group subscribes to. */
function subscriptions() {
  return Object.values<ConsumerGroup>(groups).map(({ name, events, replays }) => ({
    name,
    topics: [...new Set([...events.map(({ topic }) => topic.name), replays.name])],
  }));
}
