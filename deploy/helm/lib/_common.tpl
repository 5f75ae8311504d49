{{/* What all charts share; each links it as templates/_common.tpl. */}}

{{/* Labels of an object. Call with (list $ "name" "component"). */}}
{{- define "tocsin.labels" -}}
{{- $root := index . 0 -}}
{{ include "tocsin.selector" (list $root (index . 1)) }}
app.kubernetes.io/component: {{ index . 2 }}
app.kubernetes.io/part-of: tocsin
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What a selector may rely on: it can never change. Call with (list $ "name"). */}}
{{- define "tocsin.selector" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{/* Labels of a pod: those of a version would restart it with each new chart. Call with (list $ "name" "component"). */}}
{{- define "tocsin.podLabels" -}}
{{ include "tocsin.selector" . }}
app.kubernetes.io/component: {{ index . 2 }}
app.kubernetes.io/part-of: tocsin
{{- end }}

{{/* registry/repository:tag or, when a digest is given, registry/repository:tag@digest. Call with (list $ image). */}}
{{- define "tocsin.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Security context of a pod under Pod Security `restricted`. Call with the numeric user. */}}
{{- define "tocsin.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "tocsin.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Replicas go to different nodes where there are some. Call with (list $ "name"). */}}
{{- define "tocsin.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  # In a rollout the new ones are spread among themselves. A StatefulSet's pods have no such label.
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- include "tocsin.selector" . | nindent 6 }}
{{- end }}

{{/* Egress rule for names: the cluster's DNS, as the values know it. */}}
{{- define "tocsin.dnsEgress" -}}
{{- with .Values.networkPolicy.dns -}}
- to:
    - namespaceSelector:
        matchLabels: {{- toYaml .namespaceLabels | nindent 10 }}
      podSelector:
        matchLabels: {{- toYaml .podLabels | nindent 10 }}
  ports:
    - { port: {{ .port }}, protocol: UDP }
    - { port: {{ .port }}, protocol: TCP }
{{- end }}
{{- end }}

{{/* NetworkPolicy peer: whoever scrapes, the Prometheus of this namespace or the operator's. */}}
{{- define "tocsin.scrapers" -}}
{{- if .Values.operator.enabled -}}
{{ include "tocsin.operatorPeer" . }}
{{- else -}}
{{ include "tocsin.peers" (list "prometheus") }}
{{- end }}
{{- end }}

{{/* NetworkPolicy peer: the namespace where Prometheus Operator runs its Prometheus and Alertmanager. */}}
{{- define "tocsin.operatorPeer" -}}
- namespaceSelector:
    matchLabels: { kubernetes.io/metadata.name: {{ .Values.operator.namespace }} }
{{- end }}

{{/* A value as it was written: a whole number of a values file is a float to Helm, and 2e+06 from a million on. */}}
{{- define "tocsin.plain" -}}
{{- if and (kindIs "float64" .) (eq (toString .) (floor . | toString)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Where pods may run. Call with values that have nodeSelector and tolerations. */}}
{{- define "tocsin.placement" -}}
{{- $values := . -}}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
What a Secret of ours holds, as JSON: what it has in the cluster, else what is new. It is kept for the rest of the
rendering, so that the Secret and the checksum in the pods' annotations agree. Call with (list $ "name" {key: new}).
*/}}
{{- define "tocsin.kept" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $known := get $root.Values "kept" | default dict -}}
{{- if not (hasKey $known $name) -}}
  {{- $there := lookup "v1" "Secret" $root.Release.Namespace $name -}}
  {{- $contents := dict -}}
  {{- range $key, $new := index . 2 -}}
    {{- $_ := set $contents $key (dig "data" $key "" $there | b64dec | default $new) -}}
  {{- end -}}
  {{- $_ := set $known $name $contents -}}
  {{- $_ := set $root.Values "kept" $known -}}
{{- end -}}
{{- get $known $name | toJson -}}
{{- end }}

{{/* Changes with a Secret that others keep. Call with (list $ "name"). */}}
{{- define "tocsin.checksumOfOthers" -}}
{{- dig "data" dict (lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1)) | toJson | sha256sum -}}
{{- end }}

{{/* NetworkPolicy peer: pods of this namespace by name. Call with a list of names. */}}
{{- define "tocsin.peers" -}}
- podSelector:
    matchExpressions:
      - key: app.kubernetes.io/name
        operator: In
        values: {{ toJson . }}
{{- end }}
