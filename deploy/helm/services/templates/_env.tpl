{{/* Environment of a service, whose keys are those of its config.ts. Call with (list $ "name" settings). */}}
{{- define "services.env" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $settings := index . 2 -}}
- { name: LOG_LEVEL, value: {{ $root.Values.logLevel }} }
- { name: DRAIN_DELAY_MS, value: {{ $root.Values.drainDelayMs | int | quote }} }
- { name: FAULTS_ENABLED, value: {{ $root.Values.faults.enabled | quote }} }
- { name: SENTRY_ENVIRONMENT, value: {{ $root.Values.environment | quote }} }
- name: NAMESPACE
  valueFrom:
    fieldRef: { fieldPath: metadata.namespace }
- name: MEMORY_LIMIT_BYTES
  valueFrom:
    resourceFieldRef: { resource: limits.memory }
{{- with $root.Values.pushgateway.url }}
- { name: PUSHGATEWAY_URL, value: {{ . | quote }} }
{{- end }}
{{- with $root.Values.otlp }}
{{- if .endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }} }
- { name: OTEL_TRACES_SAMPLER, value: {{ .sampler }} }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ .samplerRatio | quote }} }
{{- end }}
{{- end }}
{{- if $settings.kafka }}
{{ include "services.kafkaEnv" $root }}
{{- end }}
{{- range $key, $value := $settings.env }}
- { name: {{ $key }}, value: {{ $value | quote }} }
{{- end }}
{{- with include "services.fromSecrets" (include "services.secretEnv" .) }}
{{ . }}
{{- end }}
{{- with $settings.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Environment from Secrets. Call with {secret, key, optional} by key of the environment, as JSON. */}}
{{- define "services.fromSecrets" -}}
{{- range $key, $from := fromJson . -}}
- name: {{ $key }}
  valueFrom:
    secretKeyRef: { name: {{ $from.secret }}, key: {{ $from.key }}, optional: {{ $from.optional | default false }} }
{{ end -}}
{{- end }}

{{/* What a service reads from Secrets: {secret, key, optional} by key of the environment, as JSON. */}}
{{- define "services.secretEnv" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $settings := index . 2 -}}
{{- $secrets := dict -}}
{{- if $settings.database -}}
  {{- $secret := $settings.databaseSecret | default (printf "%s-database" $name) -}}
  {{- $_ := set $secrets "DATABASE_URL" (dict "secret" $secret "key" "url") -}}
{{- end -}}
{{- if $settings.kafka -}}
  {{- $secrets = include "services.kafkaSecretEnv" $root | fromJson | merge $secrets -}}
{{- end -}}
{{- with $root.Values.crashReports.dsnSecret -}}
  {{- $_ := set $secrets "SENTRY_DSN" (dict "secret" . "key" "dsn" "optional" true) -}}
{{- end -}}
{{- if and $root.Values.slack.enabled (eq $name "chatops") -}}
  {{- $_ := set $secrets "SLACK_WEBHOOK_URL" (dict "secret" $root.Values.slack.webhookSecret "key" "url") -}}
{{- end -}}
{{- mergeOverwrite $secrets (deepCopy $settings.secretEnv) | toJson -}}
{{- end }}

{{/* Changes with the contents of those Secrets, so that pods are replaced. What others made is looked up. */}}
{{- define "services.secretsChecksum" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $secrets := include "services.secretEnv" . | fromJson -}}
{{- $own := "" -}}
{{- if include "services.ownsDatabase" (list $root (index . 2)) -}}
  {{- $own = include "services.databaseUrl" (list $root $name) -}}
  {{- $secrets = omit $secrets "DATABASE_URL" -}}
{{- end -}}
{{- printf "%s\n%s" $own (include "services.checksumOf" (list $root $secrets)) | sha256sum -}}
{{- end }}

{{/* Changes with what is in Secrets of others. Call with (list $ {secret, key, optional} by key of the environment). */}}
{{- define "services.checksumOf" -}}
{{- $root := index . 0 -}}
{{- $contents := list -}}
{{- range $key, $from := index . 1 -}}
  {{- $secret := lookup "v1" "Secret" $root.Release.Namespace $from.secret -}}
  {{- $contents = append $contents (dig "data" $from.key "" $secret) -}}
{{- end -}}
{{- $contents | join "\n" | sha256sum -}}
{{- end }}
