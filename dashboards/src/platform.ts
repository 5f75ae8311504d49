import { dashboard } from './dashboard.ts';
import { firing } from './firing.ts';
import { badFrom, lookFrom, rings, ringsBelow, ringsFrom } from './limits.ts';
import { bigNumber, graph, timeline } from './panels.ts';

const healthy = [
  bigNumber({
    title: 'Alerts that fire',
    description: '0 is good. Otherwise the ops room says what, since when, and what to do.',
    width: 4,
    unit: 'short',
    limits: badFrom(1),
    expr: 'count(ALERTS{alertstate="firing", severity!="none", namespace=~"$namespace|"}) or vector(0)',
  }),
  bigNumber({
    title: 'Services down',
    description:
      '0 is good: each service seen within a day has an instance that answers. Otherwise see who is there, below.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(1, 'ServiceDown'),
    expr: `count(
  count by (service) (max_over_time(up{job="services", namespace="$namespace"}[1d]) == 1)
  unless on (service) up{job="services", namespace="$namespace"} == 1
) or vector(0)`,
  }),
  bigNumber({
    title: 'Journeys that fail',
    description:
      'Share of shoppers of the traffic service who could not register or order, or whose order did not end as it ' +
      'should. 0 is good. Otherwise look for the service that fails, below; empty when no shopper is out.',
    width: 4,
    unit: 'percentunit',
    limits: lookFrom(0.01),
    expr: `sum(rate(journey_total{namespace="$namespace", outcome!~"shipped|cancelled_as_expected"}[$__rate_interval]))
/ (sum(rate(journey_total{namespace="$namespace"}[$__rate_interval])) > 0)`,
  }),
  bigNumber({
    title: 'Orders placed a second',
    description:
      'Neither good nor bad; a sudden 0 is bad. Then look whether shoppers reach the orders service.',
    width: 4,
    unit: 'short',
    decimals: 1,
    expr: 'sum(rate(orders_placed_total{namespace="$namespace"}[$__rate_interval]))',
  }),
  bigNumber({
    title: 'Placed to shipped, p99',
    description:
      'How long the slowest orders take, of those shipped in the last five minutes. Well below a second is good. ' +
      'Otherwise a step waits: see the oldest event, and the events dashboard.',
    width: 4,
    unit: 's',
    expr: `histogram_quantile(0.99, sum by (le) (
  increase(order_fulfilment_duration_seconds_bucket{namespace="$namespace", outcome="shipped"}[5m])
)) > 0`,
  }),
  bigNumber({
    title: 'Oldest event that waits',
    description:
      'Age of the oldest event that is committed and not published, or read and not handled. Below a second is good. ' +
      'When it grows, a service or the broker stands still: see the events dashboard.',
    width: 4,
    unit: 's',
    limits: lookFrom(30),
    expr: `max(
  time() - (messaging_oldest_unprocessed_timestamp_seconds{namespace="$namespace"} > 0)
  or time() - (outbox_oldest_unpublished_timestamp_seconds{namespace="$namespace"} > 0)
) or vector(0)`,
  }),
];

const fromOrderToShipment = [
  graph({
    title: 'Orders a second',
    description:
      'Placed, and how they ended. Shipped follows placed; what is cancelled has its reason. When placed runs ahead ' +
      'of all the rest, orders are stuck: see the steps beside.',
    width: 8,
    unit: 'short',
    colours: { placed: 'blue', shipped: 'green' },
    queries: [
      { expr: 'sum(rate(orders_placed_total{namespace="$namespace"}[$__rate_interval]))', legend: 'placed' },
      {
        expr: 'sum by (outcome) (rate(orders_finished_total{namespace="$namespace"}[$__rate_interval]))',
        legend: '{{outcome}}',
      },
    ],
  }),
  graph({
    title: 'Steps of an order',
    description:
      'What inventory, payments and shipping decide, a second. Each good step is as busy as the one before it; the ' +
      'first that is not is where orders are stuck.',
    width: 8,
    unit: 'short',
    queries: [
      {
        expr: 'sum by (outcome) (rate(inventory_reservations_total{namespace="$namespace"}[$__rate_interval]))',
        legend: 'stock {{outcome}}',
      },
      {
        expr: 'sum by (outcome) (rate(payments_charges_total{namespace="$namespace"}[$__rate_interval]))',
        legend: 'payment {{outcome}}',
      },
      {
        expr: 'sum by (outcome) (rate(shipping_shipments_total{namespace="$namespace"}[$__rate_interval]))',
        legend: 'shipment {{outcome}}',
      },
    ],
  }),
  graph({
    title: 'From placed to shipped',
    description:
      'Half of the orders are faster than p50. A p99 far above it is a few that wait, for a lock, a retry or an ' +
      'address; all rising together is a step that is too slow.',
    width: 8,
    unit: 's',
    queries: [0.5, 0.95, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (
  rate(order_fulfilment_duration_seconds_bucket{namespace="$namespace", outcome="shipped"}[$__rate_interval])
)) > 0`,
      legend: `p${quantile * 100}`,
    })),
  }),
];

const asPromised = [
  graph({
    title: 'Shoppers who fail',
    description:
      'Share of the last minute’s synthetic shoppers who could not register or order, or whose order did not end as it ' +
      'should. 0 is good; the alert rings above the line. Empty when no shopper is out.',
    width: 8,
    unit: 'percentunit',
    limits: rings('JourneyFailing'),
    queries: [
      {
        expr: 'namespace:journeys_failed_per_journey:ratio_increase1m{namespace="$namespace"}',
        legend: 'journeys',
      },
    ],
  }),
  graph({
    title: 'Registrations that succeed',
    description:
      'Share of those tried within five minutes. 1 is good; what is missing was refused, for the shopper’s fault or for ours. The ' +
      'alert rings at 0, from ten tries.',
    width: 8,
    unit: 'percentunit',
    limits: ringsBelow(0.001, 'RegistrationsStopped'),
    queries: [
      {
        expr: `namespace:registrations:increase5m{namespace="$namespace"}
/ (namespace:registrations_tried:increase5m{namespace="$namespace"} > 0)`,
        legend: 'registrations',
      },
    ],
  }),
  graph({
    title: 'Placed to the end, p95',
    description:
      'One order in twenty of the last five minutes took longer, whatever its end. Half a second is good; the alert rings ' +
      'above the line.',
    width: 8,
    unit: 's',
    limits: rings('OrdersTooSlow'),
    queries: [
      {
        expr: 'namespace:order_fulfilment_duration_seconds:p95_5m{namespace="$namespace"}',
        legend: 'p95',
      },
    ],
  }),
  graph({
    title: 'Orders without an end',
    description:
      'Share of those placed within five minutes that have neither been shipped nor cancelled. Near 0 is good; the alert ' +
      'rings above the line, and for a single older one that reconcile finds.',
    width: 8,
    unit: 'percentunit',
    limits: ringsFrom(0.3, 'OrdersStuck'),
    queries: [
      {
        expr: `clamp_min(
  1 - namespace:orders_finished:increase5m{namespace="$namespace"}
  / (namespace:orders_placed:increase5m{namespace="$namespace"} > 0),
  0
)`,
        legend: 'not ended',
      },
    ],
  }),
  graph({
    title: 'Orders that do not add up',
    description:
      'What reconcile has found in its last run, by kind. 0 is good; a single one rings. `without_end` are stuck orders.',
    width: 8,
    unit: 'short',
    limits: ringsFrom(1, 'ReconciliationMismatch'),
    queries: [{ expr: 'sum by (kind) (reconcile_mismatches{namespace="$namespace"})', legend: '{{kind}}' }],
  }),
  graph({
    title: 'Age of the last reconciliation',
    description:
      'Since the last run that could read all it needs. Below a minute and a half is good. Above the line nobody knows ' +
      'whether everything adds up, and nobody looks after the consumer groups.',
    width: 8,
    unit: 's',
    limits: ringsFrom(180, 'ReconciliationMissing'),
    queries: [
      {
        expr: 'time() - reconcile_last_success_timestamp_seconds{namespace="$namespace"}',
        legend: 'orders',
      },
      {
        expr: 'time() - reconcile_groups_read_timestamp_seconds{namespace="$namespace"}',
        legend: 'consumer groups',
      },
    ],
  }),
];

const whichService = [
  firing(12),
  timeline({
    title: 'Who is there',
    description:
      'Green is good. Yellow: it answers, but does not take traffic, as while it starts or drains. Red: no instance ' +
      'answers; see the runbook of ServiceDown.',
    width: 12,
    query: {
      expr: `max by (service) (up{job="services", namespace="$namespace"})
+ (
  max by (service) (kit_health_check_status{namespace="$namespace", probe="readyz"})
  or 0 * max by (service) (up{job="services", namespace="$namespace"})
)`,
      legend: '{{service}}',
    },
    states: [
      { text: 'down', color: 'red' },
      { text: 'not ready', color: 'yellow' },
      { text: 'ready', color: 'green' },
    ],
    noValue: 'No service is known',
  }),
  graph({
    title: 'Requests that fail',
    description:
      'Share of the last minute’s requests answered with 5xx, by service. 0 is good; the alert rings above the line.',
    width: 8,
    unit: 'percentunit',
    limits: rings('HighErrorRate'),
    queries: [
      {
        expr: 'service:http_server_failures_per_request:ratio_increase1m{namespace="$namespace"}',
        legend: '{{service}}',
      },
    ],
  }),
  graph({
    title: 'Slowest requests, p99',
    description:
      'One request in a hundred of the last minute took longer, by service. The alert rings above the line, from a hundred requests a minute.',
    width: 8,
    unit: 's',
    limits: rings('HighLatencyP99'),
    queries: [
      {
        expr: 'service:http_server_request_duration_seconds:p99_1m{namespace="$namespace"}',
        legend: '{{service}}',
      },
    ],
  }),
  graph({
    title: 'Events that wait',
    description:
      'Age of the oldest event that a service has to publish or to handle. Near 0 is good. The highest line is where to look: its log, and the events dashboard.',
    width: 8,
    unit: 's',
    limits: lookFrom(30),
    queries: [
      {
        expr: `max by (service) (
  time() - (messaging_oldest_unprocessed_timestamp_seconds{namespace="$namespace"} > 0)
  or time() - (outbox_oldest_unpublished_timestamp_seconds{namespace="$namespace"} > 0)
)
or 0 * max by (service) (outbox_unpublished_messages{namespace="$namespace"})`,
        legend: '{{service}}',
      },
    ],
  }),
];

export const platform = dashboard({
  uid: 'tocsin-platform',
  title: 'Platform',
  description: 'Is the shop healthy, from order to shipment, and if not, where?',
  source: 'platform.ts',
  rows: [
    { title: 'Is the shop healthy?', panels: healthy },
    { title: 'From order to shipment', panels: fromOrderToShipment },
    { title: 'Is it as promised?', panels: asPromised },
    { title: 'Which service?', panels: whichService },
  ],
});
