import type { Metrics } from '@tocsin/kit';
import { type MessageKind, messageKinds } from './message.ts';

const outcomes = ['sent', 'dropped', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

const obstacles = [
  'customers_unavailable',
  'customers_refused',
  'orders_unavailable',
  'orders_refused',
  'smtp_unavailable',
] as const;

export interface MessageMetrics {
  ended(kind: MessageKind, outcome: Outcome): void;
  attemptFailed(errorType: string): void;
}

export function createMessageMetrics(metrics: Metrics): MessageMetrics {
  const messages = metrics.counter(
    'notifications_messages_total',
    'Messages by how they ended: sent, dropped because the customer was erased, failed after a day of attempts.',
    ['kind', 'outcome'],
  );
  const failedAttempts = metrics.counter(
    'notifications_failed_attempts_total',
    'Attempts to send a message that failed and are repeated, by what stood in the way.',
    ['error_type'],
  );
  for (const kind of messageKinds) for (const outcome of outcomes) messages.inc({ kind, outcome }, 0);
  for (const error_type of obstacles) failedAttempts.inc({ error_type }, 0);
  return {
    ended: (kind, outcome) => messages.inc({ kind, outcome }),
    attemptFailed: (error_type) => failedAttempts.inc({ error_type }),
  };
}
