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

{{/* The password that a Secret of ours has already, or a new one. Call with (list $ secret). */}}
{{- define "postgres.password" -}}
{{- $secret := lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1) -}}
{{- if $secret }}{{ $secret.data.password | b64dec }}{{ else }}{{ randAlphaNum 32 }}{{ end }}
{{- end }}

{{/* The server and its exporter are both `postgres` to Prometheus; what they are tells them apart. Call with (list $ component). */}}
{{- define "postgres.selector" -}}
{{ include "tocsin.selector" (list (index . 0) "postgres") }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Environment that names a user and its password, of a Secret. Call with (list secret user-variable password-variable). */}}
{{- define "postgres.credentials" -}}
- name: {{ index . 1 }}
  valueFrom: { secretKeyRef: { name: {{ index . 0 }}, key: username } }
- name: {{ index . 2 }}
  valueFrom: { secretKeyRef: { name: {{ index . 0 }}, key: password } }
{{- end }}
