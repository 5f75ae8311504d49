import type { HealthCheck } from '../admin/health.ts';
import type { Clock } from '../clock.ts';
import type { BatchConsumer } from './batch-consumer.ts';
import type { Reachability } from './reachability.ts';

/** Longest that one round may take: a transaction that waits for everything it can wait for. */
const roundBudgetMs = 30_000;

/**
 * A consume loop that no longer comes round is a reason to restart, but only while a broker answers: a dead broker
 * restarts nobody. Records that do not move are an alert, not a probe.
 */
export function consumeLoopCheck(
  deps: {
    clock: Clock;
    consumer: Pick<BatchConsumer, 'lastRound'>;
    reachability: Pick<Reachability, 'reachableSince'>;
  },
  group: string,
  limitMs = 3 * roundBudgetMs,
): HealthCheck {
  return {
    name: `consume-${group}`,
    check() {
      const reachableSince = deps.reachability.reachableSince();
      if (!reachableSince) return undefined;
      const since = Math.max(deps.consumer.lastRound().getTime(), reachableSince.getTime());
      const silentMs = deps.clock.now().getTime() - since;
      return silentMs > limitMs
        ? `the loop has not come round for ${Math.round(silentMs / 1000)} s`
        : undefined;
    },
  };
}
