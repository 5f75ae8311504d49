{{/* The data sources that Grafana finds at its start: its alerts page shows Prometheus' rules and Alertmanager's silences. */}}
{{- define "monitoring.grafanaDataSources" -}}
apiVersion: 1
prune: true
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    url: http://prometheus:9090
    isDefault: true
    jsonData: { timeInterval: {{ .Values.scrapeInterval }}, manageAlerts: true, alertmanagerUid: alertmanager }
  - name: Alertmanager
    uid: alertmanager
    type: alertmanager
    url: http://alertmanager:9093
    jsonData: { implementation: prometheus }
{{- end }}

{{- define "monitoring.grafanaDashboards" -}}
apiVersion: 1
providers:
  - name: tocsin
    folder: Tocsin
    type: file
    disableDeletion: true
    options:
      path: /etc/grafana/dashboards
{{- end }}
