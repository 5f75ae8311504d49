{{/* Our own brokers: neither Strimzi's nor somebody else's. */}}
{{- define "kafka.own" -}}
{{- if not (or .Values.strimzi.enabled .Values.external.bootstrapServers) }}true{{ end }}
{{- end }}

{{- define "kafka.strimzi" -}}
{{- if and .Values.strimzi.enabled (not .Values.external.bootstrapServers) }}true{{ end }}
{{- end }}

{{/* Everything that a broker may vote with, itself among it: 0@kafka-0.kafka-nodes:9093,… */}}
{{- define "kafka.voters" -}}
{{- $voters := list -}}
{{- range $id := until (int .Values.replicas) -}}
{{- $voters = append $voters (printf "%d@%s-%d.%s-nodes:9093" $id $.Release.Name $id $.Release.Name) -}}
{{- end -}}
{{ join "," $voters }}
{{- end }}

{{- define "kafka.replicationFactor" -}}{{ min 3 .Values.replicas }}{{- end }}
{{- define "kafka.minInSync" -}}{{ min 2 .Values.replicas }}{{- end }}

{{/* Where clients begin. */}}
{{- define "kafka.bootstrapServers" -}}
{{- if .Values.external.bootstrapServers -}}{{ .Values.external.bootstrapServers }}
{{- else if .Values.strimzi.enabled -}}{{ .Release.Name }}-kafka-bootstrap:{{ ternary 9093 9092 .Values.strimzi.secure }}
{{- else -}}{{ .Release.Name }}:9092
{{- end -}}
{{- end }}
