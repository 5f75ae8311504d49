/**
 * Changes after which the rules do the same in every case that can be, each with the reason. A test that noticed one
 * could not be true to life.
 */
export const equivalents: ReadonlyMap<string, string> = new Map([
  ...[
    'group:messaging_record_age_seconds:p90_1m',
    'namespace:order_fulfilment_duration_seconds:p95_5m',
    'service:http_server_request_duration_seconds:p99_1m',
  ].flatMap((record) =>
    ['0 → -1', '> → >='].map(
      (change) =>
        [
          `${record}: ${change} in ") > 0"`,
          'NaN is dropped by any comparison, and no quantile of durations or ages is 0',
        ] as const,
    ),
  ),
]);
