import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clearFaults, setFaults } from './faults.ts';
import type { Platform } from './platform.ts';

/** A platform of cardboard for the tests of the runner: one server plays the service and all stations. */
export interface FakePlatform extends Platform {
  /** Whether a fault is set. */
  broken(): boolean;
  /** Lets another alert be heard. */
  alsoTell(alert: string, service?: string): void;
  /** Its alert ends, in the room and the pager, too, and nobody has repaired anything. */
  endByItself(): void;
  close(): Promise<void>;
}

/**
 * Its alert fires and its message stands as soon as the fault is set, and both end with it.
 * @param options.onFault called before a fault is taken.
 */
export async function startFakePlatform(
  given: {
    message?: string | undefined;
    rings?: boolean;
    onFault?: () => void;
    /** The picture in its message; without any, its message has none. */
    chart?: string | undefined;
    /** It has a pager; `deaf` hears nothing. */
    pager?: 'hears' | 'deaf';
  } = {},
): Promise<FakePlatform> {
  const options = { chart: '<path class="series"/>', ...given };
  const labels = { alertname: 'HighErrorRate', service: 'customers' };
  let faulty = false;
  const end = () => {
    faulty = false;
    if (incident) incident.resolvedAt ??= new Date();
  };
  let incident: { receivedAt: Date; resolvedAt?: Date } | undefined;
  const others: { alert: string; service: string; receivedAt: Date }[] = [];
  const page = (status: string, receivedAt: Date) => ({
    ...{ receivedAt, status, alert: labels.alertname, service: labels.service },
    ...{ summary: options.message ?? '', description: '' },
  });
  const firing = () => faulty || options.rings === true;

  const answers: Record<string, (request: IncomingMessage) => unknown> = {
    'GET /openapi.json': () => ({
      paths: { '/customers': { post: {} }, '/customers/{customerId}': { get: {} } },
    }),
    'PUT /faults': () => {
      options.onFault?.();
      faulty = true;
      if (options.message !== undefined) incident = { receivedAt: new Date() };
      return { faults: [] };
    },
    'DELETE /faults': end,
    'GET /api/v1/alerts': () => ({
      data: { alerts: firing() ? [{ labels, state: 'firing', activeAt: new Date() }] : [] },
    }),
    'GET /api/v2/alerts': () =>
      firing() ? [{ labels, status: { state: 'active', inhibitedBy: [], silencedBy: [] } }] : [],
    'GET /incidents/1/chart.svg': () => options.chart,
    'GET /api/pages': () => ({
      pages:
        incident && options.pager === 'hears'
          ? [
              page('firing', incident.receivedAt),
              ...(incident.resolvedAt ? [page('resolved', incident.resolvedAt)] : []),
            ]
          : [],
    }),
    'GET /api/incidents': () => ({
      incidents: [...others.map((other) => ({ ...other, id: '2', status: 'resolved', text: '' })), ...ours()],
    }),
  };
  const ours = () =>
    incident
      ? [
          {
            id: '1',
            status: incident.resolvedAt ? 'resolved' : 'firing',
            alert: labels.alertname,
            service: labels.service,
            text: options.message,
            ...(options.chart !== undefined && { chartUrl: '/incidents/1/chart.svg' }),
            postedAt: incident.receivedAt,
            ...incident,
          },
        ]
      : [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const answer = answers[`${request.method} ${request.url}`];
    request.resume();
    response.statusCode = answer ? 200 : faulty ? 500 : 404;
    const body = answer?.(request) ?? {};
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    prometheusUrl: url,
    alertmanagerUrl: url,
    chatopsUrl: url,
    ...(options.pager && { pagerUrl: url }),
    has: async () => true,
    httpUrl: async () => url,
    setFaults: (_, faults) => setFaults(url, faults),
    clearFaults: () => clearFaults(url),
    hold: async () => {},
    release: async () => {},
    freeze: async () => {},
    thaw: async () => {},
    kill: async () => {},
    restart: async () => {},
    broken: () => faulty,
    alsoTell: (alert, service = 'orders') => void others.push({ alert, service, receivedAt: new Date() }),
    endByItself: end,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
