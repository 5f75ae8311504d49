import type { NegativeDrill } from '@tocsin/ops';

/** What it has told it remembers: an incident that is open is announced once. */
export const drill: NegativeDrill = {
  name: 'alertmanager-restart',
  does: 'Alertmanager is restarted while an incident is open',
  repairs: [{ kind: 'clear-faults', service: 'shipping' }],
  async act({ hands: { platform }, keepAsking, restart, untilInTheRoom }) {
    await keepAsking('shipping', 5);
    await platform.setFaults('shipping', [{ kind: 'http-error', ttlSeconds: 300 }]);
    await untilInTheRoom('HighErrorRate');
    await restart('alertmanager');
  },
  // Prometheus tells a new Alertmanager within a minute, which may then wait for its group.
  watchSeconds: 75,
  mayRing: ['HighErrorRate', 'RouteFailing', 'ErrorBudgetBurnFast', 'CrashReported'],
};
