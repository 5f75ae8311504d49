{{/* How services and jobs get to Kafka. Call all of these with $. */}}

{{/* Port of the brokers: that of the first. */}}
{{- define "services.kafkaPort" -}}
{{ .Values.kafka.bootstrapServers | splitList "," | first | splitList ":" | last }}
{{- end }}

{{/* Environment, but for what is read from a Secret. */}}
{{- define "services.kafkaEnv" -}}
{{- with .Values.kafka -}}
- { name: KAFKA_BROKERS, value: {{ .bootstrapServers | quote }} }
{{- if .tls.caSecret.name }}
- { name: KAFKA_CA_FILE, value: /etc/kafka-ca/{{ .tls.caSecret.key }} }
{{- else if .tls.enabled }}
- { name: KAFKA_TLS, value: "true" }
{{- end }}
{{- if .sasl.existingSecret }}
- { name: KAFKA_SASL_MECHANISM, value: {{ .sasl.mechanism }} }
{{- with .sasl.username }}
- { name: KAFKA_SASL_USERNAME, value: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What is read from a Secret: {secret, key} by key of the environment, as JSON. */}}
{{- define "services.kafkaSecretEnv" -}}
{{- $secrets := dict -}}
{{- with .Values.kafka.sasl -}}
  {{- if and .existingSecret (eq (not .username) (not .usernameKey)) -}}
    {{- fail "kafka.sasl: say either username or usernameKey" -}}
  {{- end -}}
  {{- if .existingSecret -}}
    {{- $_ := set $secrets "KAFKA_SASL_PASSWORD" (dict "secret" .existingSecret "key" .passwordKey) -}}
    {{- if .usernameKey -}}
      {{- $_ := set $secrets "KAFKA_SASL_USERNAME" (dict "secret" .existingSecret "key" .usernameKey) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toJson $secrets -}}
{{- end }}

{{/* The CA as a folder and not as a file, so that a renewed one arrives in pods that run. */}}
{{- define "services.kafkaVolume" -}}
{{- with .Values.kafka.tls.caSecret }}
{{- if .name -}}
- name: kafka-ca
  secret:
    secretName: {{ .name }}
    items: [{ key: {{ .key }}, path: {{ .key }} }]
{{- end }}
{{- end }}
{{- end }}

{{- define "services.kafkaMount" -}}
{{- if .Values.kafka.tls.caSecret.name -}}
- { name: kafka-ca, mountPath: /etc/kafka-ca, readOnly: true }
{{- end }}
{{- end }}
