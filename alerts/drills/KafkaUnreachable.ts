import type { DrillFor } from '@tocsin/ops';

/** The one broker is kept down. What stands still for want of it is not told beside. */
export const drill: DrillFor = () => ({
  alert: 'KafkaUnreachable',
  group: 'backing',
  breaks: { kind: 'hold', part: 'kafka' },
  raises: { alertname: 'KafkaUnreachable', severity: 'critical', namespace: 'tocsin', service: 'kafka' },
  says: ['KafkaUnreachable', 'Kafka is out of reach', 'the limit is 50%'],
  silent: [
    'ConsumerStalled',
    'ConsumerGroupEmpty',
    'OutboxStalled',
    'TargetVanished',
    'KafkaWithoutController',
  ],
  // It stops in a few seconds; a look of the service, a scrape, an evaluation, `for` 5 s, the group wait. It starts in as
  // many, and the alert stays a minute.
  within: {
    pending: 20,
    firing: 26,
    alertmanager: 27,
    webhook: 33,
    message: 33,
    cleared: 90,
    resolved: 110,
  },
  unscaledSeconds: 20,
  // `kafka` is one of three where there are three, and all of them on a cluster.
  needs: { brokers: 1 },
});
