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

{{/*
Stops a release whose quorum would have other voters than the one that runs: without its majority no broker of it
comes back, and its records wait on volumes that nobody mounts. Nothing to Helm that sees no cluster.
*/}}
{{- define "kafka.sameVoters" -}}
{{- $there := lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-config" .Release.Name) -}}
{{- $voters := dig "data" "server.properties" "" $there | regexFind "controller\\.quorum\\.voters=.*" | trimPrefix "controller.quorum.voters=" -}}
{{- if and $voters (ne $voters (include "kafka.voters" .)) -}}
{{- $brokers := splitList "," $voters | len -}}
{{- printf "the release %s has %d broker(s), and these values say replicas: %d, but the voters of a quorum are fixed. Deploy with the values of the first time (three brokers in kind: make deploy VALUES=deploy/kind/three-brokers); for another number, delete the release and its volumes first, and with them every record" .Release.Name $brokers (int .Values.replicas) | fail -}}
{{- end -}}
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
