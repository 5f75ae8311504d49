import type { NegativeDrill } from '@tocsin/ops';

/** One service after the other, each as a deployment ends and starts it. */
export const drill: NegativeDrill = {
  name: 'rolling-restart',
  does: 'each service is restarted, one after the other',
  async act({ services, restart, signal }) {
    for (const service of services) {
      signal.throwIfAborted();
      await restart(service);
    }
  },
  restarts: 1,
  watchSeconds: 80,
};
