import type { DrillFor } from '@tocsin/ops';

const service = 'inventory';
const nobody = '00000000-0000-7000-8000-000000000000';
let asking: NodeJS.Timeout | undefined;

/** One route fails half of the little that is asked of it, while the list of the stock beside it is busy and well. */
export const drill: DrillFor = () => ({
  alert: 'RouteFailing',
  group: 'http',
  breaks: {
    kind: 'acts',
    does: `a route of ${service} made to fail every other time`,
    async break({ platform }) {
      await platform.setFaults(service, [
        { kind: 'http-error', route: '/reservations/:orderId', ratio: 0.5, ttlSeconds: 900 },
      ]);
      const url = `${await platform.httpUrl(service)}/reservations/${nobody}`;
      asking = setInterval(() => {
        fetch(url, { signal: AbortSignal.timeout(5000) }).then(
          (response) => response.body?.cancel(),
          () => {},
        );
      }, 1000);
    },
    async repair({ platform }) {
      clearInterval(asking);
      await platform.clearFaults(service);
    },
  },
  requests: { service, perSecond: 20 },
  raises: {
    alertname: 'RouteFailing',
    severity: 'warning',
    namespace: 'tocsin',
    service,
    http_request_method: 'GET',
    http_route: '/reservations/:orderId',
  },
  says: ['RouteFailing', '/reservations/:orderId', service, 'the limit is 25%'],
  silent: ['HighErrorRate', 'ErrorBudgetBurnFast'],
  // Ten seconds or more until five have failed; `for` a minute; the group wait of warnings. The window is five minutes.
  within: {
    pending: 45,
    firing: 106,
    alertmanager: 107,
    webhook: 140,
    message: 140,
    cleared: 320,
    resolved: 390,
  },
  // Requests of the failing route are not sped up: five failures take a dozen seconds and more.
  unscaledSeconds: 20,
});
