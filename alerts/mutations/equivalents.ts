/**
 * Changes after which the rules do the same in every case that can be, each with the reason. A test that noticed one
 * could not be true to life.
 */
export const equivalents: ReadonlyMap<string, string> = new Map([
  ...['0 → -1', '> → >='].map(
    (change) =>
      [
        `namespace:order_fulfilment_duration_seconds:p95_5m: ${change} in ") > 0"`,
        'NaN is dropped by any comparison, and no quantile of durations is 0',
      ] as const,
  ),
]);
