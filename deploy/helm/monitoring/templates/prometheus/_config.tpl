{{/* What Prometheus scrapes. Each target gets the labels that the laptop's have. */}}
{{- define "monitoring.prometheusConfig" -}}
global:
  scrape_interval: {{ .Values.scrapeInterval }}
  evaluation_interval: {{ .Values.evaluationInterval }}

rule_files: [/etc/prometheus/rules/*.yaml]

alerting:
  alertmanagers:
    - static_configs: [{ targets: ["alertmanager:9093"] }]

scrape_configs:
  # Our services, ready or not, on their admin port.
  - job_name: services
    kubernetes_sd_configs:
      - role: pod
        namespaces: { own_namespace: true }
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component, __meta_kubernetes_pod_container_port_name]
        regex: service;admin
      {{- include "monitoring.podRelabelings" . | nindent 6 }}

  # Every other pod that has a port named metrics; the job is what the pod is.
  - job_name: pods
    kubernetes_sd_configs:
      - role: pod
        namespaces:
          own_namespace: true
          {{- if .Values.nodeExporter.enabled }}
          names: [{{ .Values.nodeExporter.namespace }}]
          {{- end }}
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_pod_container_port_name]
        regex: metrics
      - action: drop
        source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name]
        regex: kube-state-metrics|pushgateway
      - { source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name], target_label: job }
      {{- include "monitoring.podRelabelings" . | nindent 6 }}
      # node_exporter is of this platform, though it needs a namespace of its own.
      - { target_label: namespace, replacement: {{ .Release.Namespace }} }
      - source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name, __meta_kubernetes_pod_node_name]
        regex: node-exporter;(.+)
        target_label: node
  {{- range list "kube-state-metrics" "pushgateway" }}

  # It speaks of others, and names them itself.
  - job_name: {{ . }}
    honor_labels: true
    kubernetes_sd_configs:
      - role: pod
        namespaces: { own_namespace: true }
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name, __meta_kubernetes_pod_container_port_name]
        regex: {{ . }};metrics
      {{- include "monitoring.podRelabelings" . | nindent 6 }}
  {{- end }}
  {{- if .Values.blackboxExporter.enabled }}

  # Our services as a caller reaches them: by name, through the Service object.
  - job_name: probe
    metrics_path: /probe
    params: { module: [http_2xx] }
    kubernetes_sd_configs:
      - role: service
        namespaces: { own_namespace: true }
    relabel_configs:
      {{- include "monitoring.probeRelabelings" . | nindent 6 }}
      - { replacement: "blackbox-exporter:9115", target_label: __address__ }
  {{- with .Values.blackboxExporter.listeners }}

  # How long the certificates of other listeners hold: part of the same job.
  - job_name: listeners
    metrics_path: /probe
    params: { module: [tls] }
    static_configs:
      {{- range . }}
      - targets: [{{ .address | quote }}]
        labels: { namespace: {{ $.Release.Namespace }}, service: {{ .service }} }
      {{- end }}
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { replacement: probe, target_label: job }
      - { replacement: "blackbox-exporter:9115", target_label: __address__ }
  {{- end }}
  {{- end }}
{{- end }}

{{/* The labels of a pod that runs. */}}
{{- define "monitoring.podRelabelings" -}}
- { action: keep, source_labels: [__meta_kubernetes_pod_phase], regex: Running }
- { source_labels: [__meta_kubernetes_namespace], target_label: namespace }
- { source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name], target_label: service }
- { source_labels: [__meta_kubernetes_pod_name], target_label: pod }
- source_labels: [__meta_kubernetes_pod_name, __meta_kubernetes_pod_container_port_number]
  separator: ":"
  target_label: instance
{{- end }}

{{/* The question put to a service, and its labels. */}}
{{- define "monitoring.probeRelabelings" -}}
- action: keep
  source_labels: [__meta_kubernetes_service_label_app_kubernetes_io_component, __meta_kubernetes_service_port_name]
  regex: service;http
- source_labels: [__address__]
  replacement: http://$1{{ .Values.blackboxExporter.path }}
  target_label: __param_target
- { source_labels: [__param_target], target_label: instance }
- { source_labels: [__meta_kubernetes_namespace], target_label: namespace }
- { source_labels: [__meta_kubernetes_service_label_app_kubernetes_io_name], target_label: service }
{{- end }}
