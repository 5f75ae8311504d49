import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '@tocsin/kit';
import type { Incident } from '../incidents/incident.ts';
import type { NotificationMetrics } from '../metrics.ts';
import { createMessageQueue } from './queue.ts';
import { postToSlack, slackMessage } from './slack.ts';

const giveUpAfterMs = 24 * 3600_000;
const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;

export interface ForwardingState {
  readonly waiting: number;
  /** Why the message at the head has not been taken yet. */
  readonly lastError: string | undefined;
}

/** Copies the room's messages to another chat, in order, without ever making the room wait. */
export interface Forwarding {
  /** Queues the message of an incident that has begun or ended; part of the caller's transaction. */
  enqueue(incident: Incident): void;
  /** Tries the message at the head, if it is due. @returns true when the next may be tried at once. */
  forward(): Promise<boolean>;
  /** undefined: forwarding is off. */
  state(): ForwardingState | undefined;
}

export const noForwarding: Forwarding = {
  enqueue() {},
  forward: async () => false,
  state: () => undefined,
};

export function createForwarding(
  deps: { log: Log; clock: Clock; database: DatabaseSync; metrics: NotificationMetrics },
  options: { hookUrl: string; publicUrl: string },
): Forwarding {
  const { log, clock, metrics } = deps;
  const queue = createMessageQueue(deps.database);
  return {
    enqueue(incident) {
      queue.add({
        body: slackMessage(incident, options.publicUrl),
        happenedAt: incident.resolvedAt ?? incident.startedAt,
        queuedAt: clock.now().toISOString(),
      });
    },
    async forward() {
      const message = queue.head();
      if (!message || Date.parse(message.nextAttemptAt) > clock.now().getTime()) return false;
      const posted = await postToSlack(options.hookUrl, message.body);
      const now = clock.now();
      if (posted.outcome === 'sent') {
        queue.remove(message.id);
        metrics.notified('slack', message.happenedAt, now);
        return true;
      }
      const { outcome, error } = posted;
      const tooOld = now.getTime() - Date.parse(message.queuedAt) > giveUpAfterMs;
      if (outcome === 'refused' || tooOld) {
        queue.remove(message.id);
        metrics.notNotified('slack', outcome === 'refused' ? 'refused' : 'given_up');
        log.error({ error, attempts: message.attempts + 1 }, 'message for Slack is lost');
        return true;
      }
      metrics.notNotified('slack', 'failed');
      log.warn({ error, attempts: message.attempts + 1 }, 'Slack does not take messages');
      queue.postpone(message.id, new Date(now.getTime() + pauseMs(message.attempts)), error);
      return false;
    },
    state: () => ({ waiting: queue.length(), lastError: queue.head()?.lastError ?? undefined }),
  };
}

/** Doubles up to five minutes, with jitter so that a hook that comes back is not met by all at once. */
function pauseMs(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempts) * (0.75 + Math.random() / 2);
}
