/** A webhook as Alertmanager 0.34.2 really sent it. */
export const capturedWebhook =
  '{"receiver":"chatops","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"HighErrorRate","cluster":"lab","job":"app","service":"app","severity":"critical","team":"platform"},"annotations":{"runbook_url":"http://runbooks/HighErrorRate","summary":"errors 36.71%"},"startsAt":"2026-11-24T00:24:51.832Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://vm:18090/graph?g0.expr=job%3Aerr%3Aratio_rate30s+%3E+0.05&g0.tab=1","fingerprint":"daf2e31bd3344c65"}],"notification_reason":"first notification","groupLabels":{"alertname":"HighErrorRate","service":"app"},"commonLabels":{"alertname":"HighErrorRate","cluster":"lab","job":"app","service":"app","severity":"critical","team":"platform"},"commonAnnotations":{"runbook_url":"http://runbooks/HighErrorRate","summary":"errors 36.71%"},"routeLabels":{"page":"yes","tier":"root"},"externalURL":"http://vm:18093","version":"4","groupKey":"{}/{severity=\\"critical\\"}:{alertname=\\"HighErrorRate\\", service=\\"app\\"}","truncatedAlerts":0}';

export interface SampleAlert {
  alert?: string;
  service?: string;
  severity?: string;
  startsAt?: string;
  /** Resolved at that time. */
  endsAt?: string;
  /** Of the rule. */
  expression?: string;
  fingerprint?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A webhook that tells of these alerts, all of the same group. */
export function webhookOf(...alerts: SampleAlert[]) {
  const all = alerts.map(sampleAlert);
  return {
    version: '4',
    groupKey: `{}:{alertname="${all[0]?.labels.alertname}", service="${all[0]?.labels.service}"}`,
    status: all.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'chatops-critical',
    alerts: all,
    truncatedAlerts: 0,
  };
}

function sampleAlert({
  alert = 'HighErrorRate',
  service = 'orders',
  severity = 'critical',
  startsAt = '2026-11-24T12:00:00.000Z',
  endsAt,
  expression,
  labels = {},
  fingerprint = `${alert} ${service} ${JSON.stringify(labels)}`,
  annotations = {
    summary: `${service} fails 40% of its requests`,
    description: 'Over the last minute 40% failed; the limit is 5%.',
    runbook_url: `/runbooks/${alert}`,
    dashboard_url: `/?service=${service}`,
  },
}: SampleAlert) {
  return {
    status: endsAt ? ('resolved' as const) : ('firing' as const),
    labels: { alertname: alert, namespace: 'tocsin', service, severity, ...labels } as Record<string, string>,
    annotations,
    startsAt,
    endsAt: endsAt ?? '0001-01-01T00:00:00Z',
    fingerprint,
    ...(expression && {
      generatorURL: `http://prometheus.example/graph?${new URLSearchParams({ 'g0.expr': expression, 'g0.tab': '1' })}`,
    }),
  };
}
