{{/* Our own server: neither CloudNativePG's nor somebody else's. */}}
{{- define "postgres.own" -}}
{{- if not (or .Values.cloudnativepg.enabled .Values.external.host) }}true{{ end }}
{{- end }}

{{- define "postgres.operator" -}}
{{- if and .Values.cloudnativepg.enabled (not .Values.external.host) }}true{{ end }}
{{- end }}

{{- define "postgres.adminSecret" -}}
{{ .Values.auth.existingSecret | default (printf "%s-admin" .Release.Name) }}
{{- end }}

{{/* What a Secret of ours holds, as JSON. Call with (list $ "name" "username"). */}}
{{- define "postgres.secret" -}}
{{- include "tocsin.kept" (list (index . 0) (index . 1) (dict "username" (index . 2) "password" (randAlphaNum 32))) -}}
{{- end }}

{{/* The server and its exporter are both `postgres` to Prometheus; what they are tells them apart. Call with (list $ component). */}}
{{- define "postgres.selector" -}}
{{ include "tocsin.selector" (list (index . 0) "postgres") }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Labels of the server's pods, of which CloudNativePG's have its own: those of its jobs among them. */}}
{{- define "postgres.server" -}}
{{- if include "postgres.operator" . -}}
cnpg.io/cluster: {{ .Release.Name }}
{{- else -}}
{{ include "postgres.selector" (list . "database") }}
{{- end }}
{{- end }}

{{/* Environment that names a user and its password, of a Secret. Call with (list secret user-variable password-variable). */}}
{{- define "postgres.credentials" -}}
- name: {{ index . 1 }}
  valueFrom: { secretKeyRef: { name: {{ index . 0 }}, key: username } }
- name: {{ index . 2 }}
  valueFrom: { secretKeyRef: { name: {{ index . 0 }}, key: password } }
{{- end }}
