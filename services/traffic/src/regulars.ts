/** Customers who may come back: the last that registered. */
export interface Regulars {
  /** Anyone, or undefined where there is nobody. */
  pick(): string | undefined;
  add(customerId: string): void;
  forget(customerId: string): void;
}

const most = 100;

export function createRegulars(random: () => number = Math.random): Regulars {
  const ids: string[] = [];
  return {
    pick: () => ids[Math.floor(random() * ids.length)],
    add(customerId) {
      if (ids.push(customerId) > most) ids.shift();
    },
    forget(customerId) {
      const index = ids.indexOf(customerId);
      if (index >= 0) ids.splice(index, 1);
    },
  };
}
