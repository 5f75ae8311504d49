import { createRequire } from 'node:module';

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  throttledUntil: number;
  pending: unknown[];
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const checkAgainMs = 10;

/**
 * kafkajs 2.2.4 re-arms a timer with a negative delay for each connection for ever: some 5 % of a core while idle,
 * and a TimeoutNegativeWarning. This waits only while something is throttled or pending.
 * https://github.com/tulios/kafkajs/issues/1556, same idea as https://github.com/tulios/kafkajs/pull/1667
 */
export function patchRequestQueue(): void {
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId) return;
    const delayMs = this.throttledUntil - Date.now();
    if (delayMs <= 0 && this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(delayMs, checkAgainMs),
    );
  };
}
