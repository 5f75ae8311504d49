import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DrillFor, Hands } from '@tocsin/ops';
import { parse, stringify } from 'yaml';
import { changeConfig } from './with/prometheus-config.ts';

const ruleFile = ({ state }: Hands) => path.join(state, 'rules.yaml');

/** Well written, and never to be evaluated: for each service there are several series on both sides. */
const rules = {
  groups: [{ name: 'drill', rules: [{ record: 'drill:matches_many:sum', expr: 'up * on (namespace) up' }] }],
};

/** Rules that cannot be evaluated stand beside the others. */
export const drill: DrillFor = () => ({
  alert: 'RulesFailing',
  group: 'meta',
  breaks: {
    kind: 'acts',
    does: 'rules put beside the others that cannot be evaluated',
    async break(hands) {
      await writeFile(ruleFile(hands), stringify(rules));
      const status = await changeConfig(hands, (config) =>
        withRuleFiles(config, (files) => [...files, ruleFile(hands)]),
      );
      if (status !== 200) throw new Error(`Prometheus answers a reload with ${status}`);
    },
    async repair(hands) {
      await changeConfig(hands, (config) =>
        withRuleFiles(config, (files) => files.filter((file) => file !== ruleFile(hands))),
      );
    },
  },
  raises: { alertname: 'RulesFailing', severity: 'warning', namespace: 'tocsin', service: 'prometheus' },
  says: ['RulesFailing', 'rules.yaml;drill', 'the limit is 0'],
  silent: ['ConfigReloadFailed'],
  // Two scrapes, an evaluation; `for` three minutes; the group wait of warnings. The window is two minutes.
  within: {
    pending: 25,
    firing: 207,
    alertmanager: 208,
    webhook: 240,
    message: 240,
    cleared: 140,
    resolved: 205,
  },
});

function withRuleFiles(config: string, change: (files: readonly string[]) => string[]): string {
  const parsed = parse(config) as { rule_files: string[] };
  return stringify({ ...parsed, rule_files: change(parsed.rule_files) });
}
