import type { DrillFor } from '@tocsin/ops';

/** Two of three brokers are kept down: the third still answers, and is no majority. */
export const drill: DrillFor = () => ({
  alert: 'KafkaWithoutController',
  group: 'backing',
  breaks: [
    { kind: 'hold', part: 'kafka-2' },
    { kind: 'hold', part: 'kafka-3' },
  ],
  raises: {
    alertname: 'KafkaWithoutController',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'kafka',
  },
  says: ['KafkaWithoutController', 'Kafka has no controller', 'the limit is 1'],
  silent: ['KafkaUnreachable'],
  // The one that is left gives up the lead within seconds; `for` half a minute.
  within: {
    pending: 25,
    firing: 56,
    alertmanager: 57,
    webhook: 63,
    message: 63,
    cleared: 45,
    resolved: 65,
  },
  unscaledSeconds: 20,
  needs: { brokers: 3 },
});
