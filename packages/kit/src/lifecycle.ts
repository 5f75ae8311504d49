import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { OverBudgetError, withinBudget } from './within-budget.ts';

/** One step on the way down. `run` should end within `budgetMs`; if it does not, the next step begins anyway. */
export interface ShutdownStep {
  readonly name: string;
  readonly budgetMs: number;
  run(): Promise<void>;
}

/**
 * Runs steps one after the other. A step that hangs or fails is named in the log and left behind: what it leaves
 * undone is delivered again, which is why this never fails as a whole.
 * @returns the names of the steps that were cut at their budgets.
 */
export function createShutdown(deps: { log: Log; metrics: Metrics }) {
  const { log } = deps;
  const phase = deps.metrics.gauge(
    'kit_shutdown_phase',
    'Number of the shutdown step under way, 0 while serving.',
  );
  return async (steps: readonly ShutdownStep[]): Promise<readonly string[]> => {
    const overran: string[] = [];
    for (const [index, { name, budgetMs, run }] of steps.entries()) {
      phase.set(index + 1);
      const startedAt = performance.now();
      try {
        await withinBudget(name, budgetMs, run());
        log.info({ step: name, ms: Math.round(performance.now() - startedAt) }, 'shutdown step done');
      } catch (err) {
        log.error({ step: name, budgetMs, err }, 'shutdown step abandoned');
        if (err instanceof OverBudgetError) overran.push(name);
      }
    }
    return overran;
  };
}
