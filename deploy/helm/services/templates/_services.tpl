{{/* What the templates of this chart share. */}}

{{/* A service's settings over the defaults, as JSON. Call with (list $ "name"). */}}
{{- define "services.settings" -}}
{{- $root := index . 0 -}}
{{- mergeOverwrite (deepCopy $root.Values.defaults) (index $root.Values.services (index . 1) | default dict) | toJson -}}
{{- end }}

{{/* Settings of each service that is installed, by name, as JSON. Call with $. */}}
{{- define "services.enabled" -}}
{{- $enabled := dict -}}
{{- range $name := keys .Values.services | sortAlpha -}}
{{- $settings := include "services.settings" (list $ $name) | fromJson -}}
{{- if $settings.enabled }}{{ $_ := set $enabled $name $settings }}{{ end -}}
{{- end -}}
{{- toJson $enabled -}}
{{- end }}

{{/* Whether this chart makes its database. Call with (list $ settings). */}}
{{- define "services.ownsDatabase" -}}
{{- $settings := index . 1 -}}
{{- if and (index . 0).Values.postgres.adminSecret $settings.database (not $settings.databaseSecret) }}true{{ end -}}
{{- end }}

{{/* Password of a service's database. Call with (list $ "name"). */}}
{{- define "services.databasePassword" -}}
{{- $new := dict "password" (randAlphaNum 32) -}}
{{- (include "tocsin.kept" (list (index . 0) (printf "%s-database" (index . 1)) $new) | fromJson).password -}}
{{- end }}

{{- define "services.databaseUrl" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
postgres://{{ $name }}:{{ include "services.databasePassword" . }}@{{ $root.Values.postgres.host }}:{{ $root.Values.postgres.port }}/{{ $name }}
{{- include "services.postgresTls" $root -}}
{{- end }}

{{/* What all pods begin with; their volumes come last. Call with $. */}}
{{- define "services.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "tocsin.podSecurityContext" 1000 | nindent 2 }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
{{- end }}

{{/* What all containers begin with. Call with $. */}}
{{- define "services.container" -}}
image: {{ include "tocsin.image" (list . .Values.image) }}
imagePullPolicy: IfNotPresent
securityContext:
  {{- include "tocsin.containerSecurityContext" . | nindent 2 }}
{{- end }}
