{{/* How services and jobs get to Postgres with TLS. Call all of these with $. */}}

{{/* End of a URL: the host is in the certificate, and a known CA has signed it. */}}
{{- define "services.postgresTls" -}}
{{- with .Values.postgres.tls -}}
{{- if .caSecret.name -}}
?sslmode=verify-full&sslrootcert=/etc/postgres-ca/{{ .caSecret.key }}
{{- else if .enabled -}}
?sslmode=verify-full
{{- end -}}
{{- end -}}
{{- end }}

{{/* The CA as a folder, as that of Kafka. */}}
{{- define "services.postgresVolume" -}}
{{- with .Values.postgres.tls.caSecret }}
{{- if .name -}}
- name: postgres-ca
  secret:
    secretName: {{ .name }}
    items: [{ key: {{ .key }}, path: {{ .key }} }]
{{- end }}
{{- end }}
{{- end }}

{{- define "services.postgresMount" -}}
{{- if .Values.postgres.tls.caSecret.name -}}
- { name: postgres-ca, mountPath: /etc/postgres-ca, readOnly: true }
{{- end }}
{{- end }}
