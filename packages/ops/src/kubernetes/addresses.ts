import { shiftedPorts } from '../stack/site.ts';

/** A port of a Service, and where people find it on this machine. */
export interface Forwarded {
  service: string;
  /** Of this machine. */
  port: number;
  /** Of the Service. */
  target: number;
  /** For people; a port without one is for programs. */
  url?: string;
}

/**
 * What `make forward` brings here: the ports of the laptop's stack, and what only a cluster has.
 * @throws Error when the offset moves a port out of range.
 */
export function forwardedPorts(portOffset: number): Forwarded[] {
  const ports = shiftedPorts(portOffset);
  const web = (service: string, port: number, target: number): Forwarded => {
    return { service, port, target, url: `http://localhost:${port}` };
  };
  const services = Object.entries(ports).flatMap(([service, of]) =>
    'admin' in of ? [web(service, of.http, 8080), web(service, of.admin, 9102)] : [],
  );
  return [
    ...services,
    web('prometheus', ports.prometheus.http, 9090),
    web('alertmanager', ports.alertmanager.http, 9093),
    web('pager', ports.pager.http, 8080),
    web('pushgateway', ports.pushgateway.http, 9091),
    web('blackbox-exporter', ports['blackbox-exporter'].http, 9115),
    web('grafana', 3000 + portOffset, 3000),
    web('bugsink', 8000 + portOffset, 8000),
    { service: 'postgres', port: ports.postgres.sql, target: 5432 },
    // Not Kafka: it would send whoever asks on to addresses of the cluster.
  ];
}
