import type { DrillFor } from '@tocsin/ops';

/** blackbox_exporter is kept down: nobody asks the services from outside any more. */
export const drill: DrillFor = () => ({
  alert: 'TargetVanished',
  group: 'meta',
  breaks: { kind: 'hold', part: 'blackbox-exporter' },
  raises: {
    alertname: 'TargetVanished',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'blackbox-exporter',
    job: 'blackbox-exporter',
  },
  says: ['TargetVanished', 'blackbox-exporter', 'the limit is 0'],
  silent: ['ProbeFailing', 'ServiceDown'],
  // A scrape, an evaluation; `for` two minutes; the group wait of warnings.
  within: {
    pending: 20,
    firing: 142,
    alertmanager: 143,
    webhook: 176,
    message: 176,
    cleared: 25,
    resolved: 90,
  },
});
