{{/* Who talks to whom: part → its rules. */}}
{{- define "monitoring.arrows" -}}
{{- $dns := include "tocsin.dnsEgress" . -}}
{{- if not .Values.operator.enabled }}
prometheus:
  ingress:
    - from:
        {{- include "tocsin.peers" (list "grafana" "chatops") | nindent 8 }}
        - podSelector: { matchLabels: { app.kubernetes.io/component: test } }
      ports: [{ port: metrics }]
  egress:
    {{- $dns | nindent 4 }}
    # Whatever it scrapes, and Alertmanager, whose metrics are on the port of its API.
    - to: [{ podSelector: {} }]
      ports: [{ port: metrics }, { port: admin }]
    {{- if .Values.nodeExporter.enabled }}
    # node_exporter has the address of its node.
    - ports: [{ port: 9100 }]
    {{- end }}
    {{- include "monitoring.apiServerEgress" . | nindent 4 }}
alertmanager:
  ingress:
    - from:
        {{- include "tocsin.peers" (list "prometheus" "grafana" "chatops") | nindent 8 }}
        - podSelector: { matchLabels: { app.kubernetes.io/component: test } }
      ports: [{ port: metrics }]
  egress:
    {{- $dns | nindent 4 }}
    - to:
        {{- include "tocsin.peers" (eq (include "monitoring.ownPager" .) "yes" | ternary (list "chatops" "pager") (list "chatops")) | nindent 8 }}
      ports: [{ port: http }]
    {{- if not (include "monitoring.ownPager" .) }}
    # PagerDuty or Opsgenie.
    - ports: [{ port: 443 }]
    {{- end }}
{{- if .Values.grafana.enabled }}
grafana:
  egress:
    {{- $dns | nindent 4 }}
    - to:
        {{- include "tocsin.peers" (list "prometheus" "alertmanager") | nindent 8 }}
      ports: [{ port: metrics }]
{{- end }}
{{- end }}
{{- if include "monitoring.ownPager" . }}
pager:
  ingress:
    - from:
        {{- if .Values.operator.enabled }}
        {{- include "tocsin.operatorPeer" . | nindent 8 }}
        {{- else }}
        {{- include "tocsin.peers" (list "alertmanager") | nindent 8 }}
        {{- end }}
      ports: [{ port: http }]
{{- end }}
{{- if .Values.kubeStateMetrics.enabled }}
kube-state-metrics:
  ingress:
    {{- include "monitoring.scrapeIngress" . | nindent 4 }}
  egress:
    {{- $dns | nindent 4 }}
    {{- include "monitoring.apiServerEgress" . | nindent 4 }}
{{- end }}
{{- if .Values.blackboxExporter.enabled }}
blackbox-exporter:
  ingress:
    {{- include "monitoring.scrapeIngress" . | nindent 4 }}
  egress:
    {{- $dns | nindent 4 }}
    - to: [{ podSelector: { matchLabels: { app.kubernetes.io/component: service } } }]
      ports: [{ port: http }]
    {{- range .Values.blackboxExporter.listeners }}
    - ports: [{ port: {{ regexFind "[0-9]+$" .address }} }]
    {{- end }}
{{- end }}
{{- if .Values.pushgateway.enabled }}
pushgateway:
  ingress:
    {{- include "monitoring.scrapeIngress" . | nindent 4 }}
    - from: [{ podSelector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: In, values: [job, service] }] } }]
      ports: [{ port: metrics }]
{{- end }}
{{- if .Values.kminion.enabled }}
kminion:
  ingress:
    {{- include "monitoring.scrapeIngress" . | nindent 4 }}
  egress:
    {{- $dns | nindent 4 }}
    - ports:
        {{- range splitList "," .Values.kminion.brokers }}
        - port: {{ splitList ":" . | last }}
        {{- end }}
{{- end }}
{{- if .Values.bugsink.enabled }}
bugsink:
  ingress:
    - from:
        - podSelector: { matchLabels: { app.kubernetes.io/component: service } }
        {{- include "tocsin.peers" (list "monitoring-test") | nindent 8 }}
      ports: [{ port: http }]
  egress:
    {{- $dns | nindent 4 }}
    # Who tells it to, has the ops room hear of new issues.
    - to:
        {{- include "tocsin.peers" (list "chatops") | nindent 8 }}
      ports: [{ port: http }]
{{- end }}
{{- if or .Values.bugsink.enabled (not .Values.operator.enabled) }}
monitoring-test:
  egress:
    {{- $dns | nindent 4 }}
    {{- if not .Values.operator.enabled }}
    - to:
        {{- include "tocsin.peers" (list "prometheus" "alertmanager") | nindent 8 }}
      ports: [{ port: metrics }]
    {{- end }}
    {{- if .Values.bugsink.enabled }}
    - to:
        {{- include "tocsin.peers" (list "bugsink") | nindent 8 }}
      ports: [{ port: http }]
    {{- end }}
{{- end }}
{{- end }}

{{/* From whoever scrapes. */}}
{{- define "monitoring.scrapeIngress" -}}
- from:
    {{- include "tocsin.scrapers" . | nindent 4 }}
  ports: [{ port: metrics }]
{{- end }}

{{- define "monitoring.apiServerEgress" -}}
{{- with .Values.networkPolicy.apiServer -}}
- to:
    {{- range .cidrs }}
    - ipBlock: { cidr: {{ . }} }
    {{- end }}
  ports:
    {{- range .ports }}
    - port: {{ . }}
    {{- end }}
{{- end }}
{{- end }}
