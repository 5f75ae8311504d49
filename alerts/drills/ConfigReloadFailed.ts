import type { DrillFor } from '@tocsin/ops';
import { changeConfig } from './with/prometheus-config.ts';

const mistake = '\nscrape_confixs: []\n';

/** Prometheus is told to read a configuration again that has a slip of the pen in it. */
export const drill: DrillFor = () => ({
  alert: 'ConfigReloadFailed',
  group: 'meta',
  breaks: {
    kind: 'acts',
    does: 'a mistake put into the configuration of Prometheus, and that reloaded',
    async break(hands) {
      const status = await changeConfig(hands, (config) => config + mistake);
      if (status !== 500) throw new Error(`Prometheus answers a reload with ${status}, and should refuse`);
    },
    async repair(hands) {
      const status = await changeConfig(hands, (config) => config.replaceAll(mistake, ''));
      if (status !== undefined && status !== 200)
        throw new Error(`Prometheus answers a reload with ${status}`);
    },
  },
  raises: {
    alertname: 'ConfigReloadFailed',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'prometheus',
  },
  says: ['ConfigReloadFailed', 'prometheus refuses its configuration', 'the limit is 1'],
  silent: ['RulesFailing'],
  // A scrape, an evaluation; `for` a minute; the group wait of warnings.
  within: {
    pending: 15,
    firing: 76,
    alertmanager: 77,
    webhook: 110,
    message: 110,
    cleared: 15,
    resolved: 80,
  },
});
