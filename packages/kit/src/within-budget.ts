/** The time that something may take was over before it ended. */
export class OverBudgetError extends Error {
  override readonly name = 'OverBudgetError';
}

/**
 * The result of `work`, or an error once `budgetMs` are over. The work itself is not stopped.
 * @throws {OverBudgetError} naming `what`.
 */
export async function withinBudget<T>(what: string, budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new OverBudgetError(`${what} did not end within ${budgetMs} ms`)),
      budgetMs,
    );
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
