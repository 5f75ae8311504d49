{{/* What kube-state-metrics looks at, by API group. */}}
{{- define "monitoring.watchedResources" -}}
{{- dict
  "" (list "persistentvolumeclaims" "pods")
  "apps" (list "deployments" "statefulsets")
  "autoscaling" (list "horizontalpodautoscalers")
  "batch" (list "jobs")
  "policy" (list "poddisruptionbudgets")
| toJson }}
{{- end }}
