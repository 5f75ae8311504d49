import { KitError } from '../errors.ts';

/**
 * Runs work with a signal that aborts when its time is over, and does not wait longer than that.
 * @throws {KitError} `timeout` when the time is over.
 */
export type RequestBudget = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * The same budget for each request. One timer serves them all, set for the oldest: a timer of its own, or
 * `AbortSignal.timeout`, which keeps one until the time is over, would be a good part of a request's cost.
 */
export function createRequestBudget(budgetMs: number): RequestBudget {
  // In the order in which they came, which is the order in which their time ends.
  const underWay = new Set<{ readonly endsAt: number; expire(): void }>();
  let armed = false;

  const arm = (delayMs: number) => {
    armed = true;
    setTimeout(expireDue, delayMs).unref();
  };
  const expireDue = () => {
    armed = false;
    for (const request of underWay) {
      const leftMs = request.endsAt - performance.now();
      if (leftMs > 0) return arm(leftMs);
      underWay.delete(request);
      request.expire();
    }
  };

  return (work) =>
    new Promise((resolve, reject) => {
      const controller = new AbortController();
      const request = {
        endsAt: performance.now() + budgetMs,
        expire() {
          const error = new KitError('timeout', 'The request took too long', { retryable: true });
          controller.abort(error);
          reject(error);
        },
      };
      underWay.add(request);
      if (!armed) arm(budgetMs);
      work(controller.signal)
        .finally(() => underWay.delete(request))
        .then(resolve, reject);
    });
}
