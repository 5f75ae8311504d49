import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../faults/faults.ts';

/** What faults do to a consumer. Without faults: nothing. */
export interface ConsumerFaults {
  /** Resolves when this member is to leave its group. */
  leaving(): Promise<void>;
  /** Resolves when it may come back. */
  returning(): Promise<void>;
  /** True while it has to stay away. */
  away(): boolean;
  /**
   * Where the consumer is to stand still: pauses a partition until the fault is over.
   * @returns whether it is paused now.
   */
  holds(pause: () => () => void): boolean;
}

export function createConsumerFaults(faults: Faults, group: string): ConsumerFaults {
  let changed = Promise.withResolvers<void>();
  const held = new Set<() => void>();
  const away = () => faults.active('leave-group', group) !== undefined;
  const standsStill = () => faults.active('consumer-stop', group) !== undefined;

  faults.onChange(() => {
    changed.resolve();
    changed = Promise.withResolvers();
    if (standsStill()) return;
    for (const resume of held) resume();
    held.clear();
  });

  return {
    async leaving() {
      while (!away()) {
        const rejoin = faults.active('rejoin', group);
        const due = rejoin && sleep(rejoin.everySeconds * 1000, 'due', { ref: false });
        if ((await Promise.race(due ? [changed.promise, due] : [changed.promise])) === 'due') return;
      }
    },
    async returning() {
      while (away()) await changed.promise;
    },
    away,
    holds(pause) {
      if (!standsStill()) return false;
      held.add(pause());
      return true;
    },
  };
}
