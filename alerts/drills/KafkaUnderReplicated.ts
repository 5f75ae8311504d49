import type { DrillFor } from '@tocsin/ops';

/** One of three brokers is kept down; the other two lack its copies, and go on. */
export const drill: DrillFor = () => ({
  alert: 'KafkaUnderReplicated',
  group: 'backing',
  breaks: { kind: 'hold', part: 'kafka-3' },
  raises: { alertname: 'KafkaUnderReplicated', severity: 'warning', namespace: 'tocsin', service: 'kafka' },
  says: ['KafkaUnderReplicated', 'lack a copy', 'the limit is 0'],
  silent: ['KafkaUnreachable', 'KafkaWithoutController'],
  // It leaves in order, which takes seconds, and comes back as slowly; `for` two minutes, the group wait of warnings.
  within: {
    pending: 30,
    firing: 155,
    alertmanager: 156,
    webhook: 190,
    message: 190,
    cleared: 60,
    resolved: 130,
  },
  unscaledSeconds: 30,
  needs: { brokers: 3 },
});
