import type { Ports } from '../../../../deploy/local/ports.ts';

/** The running platform as a drill needs it: where things are, and how a part is kept down. */
export interface Platform {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  readonly chatopsUrl: string;
  /** @throws when there is no such service. */
  service(name: string): { readonly httpUrl: string; readonly adminUrl: string };
  /** Stops a part and keeps it down until it is released. */
  hold(part: string): Promise<void>;
  /** Lets a part go, and does not wait until it is up. A part that is not held is left as it is. */
  release(part: string): Promise<void>;
}

/** The platform that listens on these ports of this machine. */
export function platformAt(ports: Ports, control: Pick<Platform, 'hold' | 'release'>): Platform {
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const services = new Map(
    Object.entries(ports).flatMap(([name, of]) =>
      'admin' in of ? [[name, { httpUrl: url(of.http), adminUrl: url(of.admin) }] as const] : [],
    ),
  );
  return {
    ...control,
    prometheusUrl: url(ports.prometheus.http),
    alertmanagerUrl: url(ports.alertmanager.http),
    chatopsUrl: url(ports.chatops.http),
    service(name) {
      const service = services.get(name);
      if (!service)
        throw new Error(`There is no service ${name}; there are ${[...services.keys()].join(', ')}`);
      return service;
    },
  };
}
