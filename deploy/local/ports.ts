/** Every port of the laptop stack. `PORT_OFFSET` is added to all of them, so that two stacks fit side by side. */
export const ports = {
  customers: { http: 8101, admin: 9201 },
  orders: { http: 8102, admin: 9202 },
  inventory: { http: 8103, admin: 9203 },
  payments: { http: 8104, admin: 9204 },
  bank: { http: 8105, admin: 9205 },
  shipping: { http: 8106, admin: 9206 },
  notifications: { http: 8107, admin: 9207 },
  chatops: { http: 8108, admin: 9208 },
  traffic: { http: 8109, admin: 9209 },
  // 9093, the customary port of Kafka's controller, is Alertmanager's.
  kafka: { broker: 19092, controller: 19094, metrics: 9404 },
  'kafka-2': { broker: 19095, controller: 19096, metrics: 9405 },
  'kafka-3': { broker: 19097, controller: 19098, metrics: 9406 },
  postgres: { sql: 15432 },
  prometheus: { http: 9090 },
  alertmanager: { http: 9093 },
  pager: { http: 8110 },
  pushgateway: { http: 9091 },
  'node-exporter': { http: 9100 },
  'postgres-exporter': { http: 9187 },
  'blackbox-exporter': { http: 9115 },
};

/** The table of ports, the same shape whether as declared, shifted or free ones for a test. */
export type Ports = typeof ports;

/** Our own services: those with a port for probes, metrics and faults. */
export type ServiceName = {
  [Name in keyof Ports]: Ports[Name] extends { admin: number } ? Name : never;
}[keyof Ports];
