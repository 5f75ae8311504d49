/**
 * The result of `work`, or an error once `budgetMs` are over. The work itself is not stopped.
 * @throws {Error} naming `what`.
 */
export async function withinBudget<T>(what: string, budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${budgetMs} ms`)), budgetMs);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
