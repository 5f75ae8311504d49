import { dashboard } from './dashboard.ts';
import { firing } from './firing.ts';
import { badFrom, lookFrom, ringsBelow, ringsFrom } from './limits.ts';
import { bigNumber, graph } from './panels.ts';

/** The room rings by itself after three heartbeats of a minute that did not come. */
const watchdogLimitSeconds = 180;

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
    title: 'Incidents open in the room',
    description:
      'As many as alerts that fire, by service: 0 is good. Fewer than fire: some are on their way, or hidden by their cause.',
    width: 4,
    unit: 'short',
    limits: lookFrom(1),
    expr: 'sum(chatops_incidents_open{namespace="$namespace"})',
  }),
  bigNumber({
    title: 'Last heartbeat',
    description:
      'Time since the Watchdog came through Prometheus and Alertmanager to the room. About a minute at most is good; at the limit the room rings by itself.',
    width: 4,
    unit: 's',
    decimals: 0,
    limits: ringsFrom(watchdogLimitSeconds, 'Watchdog'),
    expr: 'time() - max(chatops_watchdog_last_heard_timestamp_seconds{namespace="$namespace"} > 0)',
  }),
  bigNumber({
    title: 'Deliveries that failed',
    description: 'At any stage, in the time shown. 0 is good. See which stage, below.',
    width: 4,
    unit: 'short',
    decimals: 0,
    limits: lookFrom(1),
    expr: `sum(increase(prometheus_notifications_errors_total[$__range]))
+ sum(increase(prometheus_notifications_dropped_total[$__range]))
+ sum(increase(alertmanager_notifications_failed_total[$__range]))
+ sum(increase(chatops_notifications_total{namespace="$namespace", outcome!="sent"}[$__range]))`,
  }),
  bigNumber({
    title: 'From alert to message, p95',
    description:
      'In the time shown: from the moment when Prometheus found that an alert fires, or ended, until its message was in the room. 30 s are good. Empty while nothing rang.',
    width: 4,
    unit: 's',
    limits: lookFrom(60),
    expr: `histogram_quantile(0.95, sum by (le) (
  increase(chatops_notification_delay_seconds_bucket{namespace="$namespace", destination="room"}[$__range])
)) > 0`,
  }),
  bigNumber({
    title: 'Active silences',
    description:
      'Each hides alerts on purpose and for a time. 0 is good, apart from planned work; the room lists them.',
    width: 4,
    unit: 'short',
    limits: lookFrom(1),
    expr: 'sum(alertmanager_silences{state="active"})',
  }),
];

const whole = [
  bigNumber({
    title: 'Ops rooms that answer',
    description: 'At least 1. With 0 warnings reach nobody, and critical alerts the pager alone.',
    width: 6,
    unit: 'short',
    limits: ringsBelow(1, 'ChatopsDown'),
    expr: 'sum(up{job="services", namespace="$namespace", service="chatops"}) or vector(0)',
  }),
  bigNumber({
    title: 'Notifications that failed',
    description:
      'Given up by Alertmanager within five minutes, all attempts included. 0 is good. Its log names the receiver and the error.',
    width: 6,
    unit: 'short',
    decimals: 0,
    limits: ringsFrom(1, 'NotificationsFailing'),
    expr: 'sum(increase(alertmanager_notifications_failed_total[5m]))',
  }),
  bigNumber({
    title: 'Rules that fail',
    description:
      'Evaluations that failed within two minutes. 0 is good. What those rules watch is not watched; Prometheus says why.',
    width: 6,
    unit: 'short',
    decimals: 0,
    limits: ringsFrom(1, 'RulesFailing'),
    expr: 'sum(increase(prometheus_rule_evaluation_failures_total[2m]))',
  }),
  bigNumber({
    title: 'Configurations refused',
    description:
      'Of Prometheus and Alertmanager. 0 is good. Otherwise the last change is not in force; the log names file and line.',
    width: 6,
    unit: 'short',
    limits: ringsFrom(1, 'ConfigReloadFailed'),
    expr: `count(
  (prometheus_config_last_reload_successful or alertmanager_config_last_reload_successful) == 0
) or vector(0)`,
  }),
];

const delivery = [
  graph({
    title: 'Delivered by stage, in five minutes',
    description:
      'The way of an alarm, each stage after the other; the heartbeat alone makes five. A stage at 0 while the one before is not is where alarms are lost.',
    width: 12,
    unit: 'short',
    queries: [
      {
        expr: 'sum(increase(prometheus_notifications_sent_total[5m]))',
        legend: '1 Prometheus to Alertmanager',
      },
      {
        expr: 'sum(increase(alertmanager_notifications_total{integration="webhook"}[5m]))',
        legend: '2 Alertmanager to its webhooks',
      },
      {
        expr: 'sum(increase(chatops_webhooks_total{namespace="$namespace", outcome!="invalid"}[5m]))',
        legend: '3 taken by the ops room',
      },
      {
        expr: 'sum by (destination) (increase(chatops_notifications_total{namespace="$namespace", outcome="sent"}[5m]))',
        legend: '4 told in {{destination}}',
      },
    ],
  }),
  graph({
    title: 'Failed by stage, in five minutes',
    description:
      '0 is good. Rules: an expression that cannot be evaluated. Webhooks: the ops room is away, or does not understand. Slack: its hook refuses or is not reached; each is tried again.',
    width: 12,
    unit: 'short',
    limits: lookFrom(1),
    queries: [
      { expr: 'sum(increase(prometheus_rule_evaluation_failures_total[5m]))', legend: '0 rules evaluated' },
      {
        expr: `sum(increase(prometheus_notifications_errors_total[5m]))
+ sum(increase(prometheus_notifications_dropped_total[5m]))`,
        legend: '1 Prometheus to Alertmanager',
      },
      {
        expr: 'sum(increase(alertmanager_notifications_failed_total{integration="webhook"}[5m]))',
        legend: '2 Alertmanager to its webhooks',
      },
      {
        expr: 'sum(increase(chatops_webhooks_total{namespace="$namespace", outcome="invalid"}[5m]))',
        legend: '3 not understood by the ops room',
      },
      {
        expr: 'sum by (destination) (increase(chatops_notifications_total{namespace="$namespace", outcome!="sent"}[5m]))',
        legend: '4 not told in {{destination}}',
      },
    ],
  }),
];

const path = [
  graph({
    title: 'Time since the last heartbeat',
    description:
      'Saw teeth of a minute are good. A line that rises is an alarm path that is cut; at the dashes the room rings by itself.',
    width: 8,
    unit: 's',
    limits: ringsFrom(watchdogLimitSeconds, 'Watchdog'),
    queries: [
      {
        expr: 'time() - max(chatops_watchdog_last_heard_timestamp_seconds{namespace="$namespace"} > 0)',
        legend: 'since the last heartbeat',
      },
    ],
  }),
  graph({
    title: 'Targets that do not answer',
    description:
      'By job. 0 is good. What Prometheus does not see cannot ring; a service that is away rings as ServiceDown, any other target as the alert linked here.',
    width: 8,
    unit: 'short',
    limits: ringsFrom(1, 'TargetVanished'),
    queries: [{ expr: 'count by (job) (up == 0) or 0 * count by (job) (up)', legend: '{{job}}' }],
  }),
  graph({
    title: 'Time taken by rules',
    description:
      'Share of its interval that a group of rules takes; the ten slowest. A few per cent are good. Near 100 % evaluations are skipped and alarms are late.',
    width: 8,
    unit: 'percentunit',
    limits: lookFrom(0.5),
    queries: [
      {
        expr: `label_replace(
  topk(10, prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds),
  "group", "$1", "rule_group", ".*;(.*)"
)`,
        legend: '{{group}}',
      },
    ],
  }),
];

export const alerts = dashboard({
  uid: 'tocsin-alerts',
  title: 'Alerts',
  description: 'What fires, does it reach people, and would it if something fired now?',
  source: 'alerts.ts',
  rows: [
    { title: 'Does anything ring, and would it?', panels: healthy },
    { title: 'Is the alarm system whole?', panels: whole },
    { title: 'What', panels: [firing(24)] },
    { title: 'Where: delivery by stage', panels: delivery },
    { title: 'Why: the path of an alarm', panels: path },
  ],
});
