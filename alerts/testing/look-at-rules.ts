import { askPrometheus } from '../../dashboards/testing/prometheus.ts';
import { selectorsIn } from '../../dashboards/testing/promql.ts';
import { rules } from '../catalogue/rules.ts';

const tls = 'no TLS listener is probed until a drill brings one';
const disk = 'a laptop watches the folders of its parts; whole disks are watched on Kubernetes alone';
const inOrder = 'every process has shut down in order';
const unheard = 'it has not rung';

/** What a healthy laptop has no series of, and why: a metric, or a selector as it stands in a rule. */
const mayBeMissing: Readonly<Record<string, string>> = {
  'instance:certificate_left_days:min': tls,
  probe_ssl_earliest_cert_expiry: tls,
  'ALERTS{alertname="HighLatencyP99", alertstate="firing"}': unheard,
  'ALERTS{alertname="ChatopsDown", alertstate="firing"}': unheard,
  'topic:messaging_group_oldest_unread_age_seconds:fresh': 'nothing waits when the broker is looked at',
  kube_deployment_spec_replicas: 'kube-state-metrics is there on Kubernetes alone',
  node_filesystem_avail_bytes: disk,
  node_filesystem_size_bytes: disk,
  'step:shutdown_overran_age_seconds:min': inOrder,
  kit_shutdown_overran_timestamp_seconds: inOrder,
  kit_crash_timestamp_seconds: 'no process has died of an error',
};

/**
 * Asks a running Prometheus for whatever the rules read: each selector of each alert and of each record.
 * @returns those of which there are no series, rule by rule; and exceptions that no rule needs any more.
 */
export async function lookAtRules(url: string): Promise<string[]> {
  const prometheus = askPrometheus(url);
  const read = rules.flatMap(({ alert, record, expr }) =>
    selectorsIn(expr).map((selector) => ({ ...selector, by: alert ?? record })),
  );
  const isThere = async ({ metric, text }: { metric: string; text: string }) =>
    metric in mayBeMissing ||
    text in mayBeMissing ||
    (await prometheus.isThere(text)) ||
    (await prometheus.isJustDeclared(metric));
  const missing = await Promise.all(
    read.map(async (each) => ((await isThere(each)) ? [] : [`${each.by}: there are no series ${each.text}`])),
  );
  const asked = new Set(read.flatMap(({ metric, text }) => [metric, text]));
  const idle = Object.keys(mayBeMissing).filter((each) => !asked.has(each));
  return [...missing.flat(), ...idle.map((each) => `no rule reads ${each}`)];
}
