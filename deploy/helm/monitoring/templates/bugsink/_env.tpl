{{/* Bugsink's settings; its commands need them as much as its server does. */}}
{{- define "monitoring.bugsinkEnv" -}}
{{- $secret := .Values.bugsink.existingSecret | default "bugsink" -}}
- name: SECRET_KEY
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: secret-key } }
- name: ADMIN_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: admin-password } }
# Only heeded while there is no user.
- { name: CREATE_SUPERUSER, value: {{ printf "%s:$(ADMIN_PASSWORD)" .Values.bugsink.adminEmail | quote }} }
- { name: USER_REGISTRATION, value: CB_ADMINS }
- { name: BASE_URL, value: {{ .Values.bugsink.externalUrl | quote }} }
# The name that services call it by, that of the probes and of a forwarded port, and the one that people do.
- { name: ALLOWED_HOSTS, value: {{ list "bugsink" "localhost" (get (urlParse .Values.bugsink.externalUrl) "hostname") | uniq | join "," | quote }} }
{{- if hasPrefix "https://" .Values.bugsink.externalUrl }}
# TLS ends at an entrance; unsaid, its CSRF check takes who signs in for somebody from another site.
- { name: BEHIND_HTTPS_PROXY, value: "true" }
{{- end }}
- { name: DATABASE_PATH, value: /data/db.sqlite3 }
# It tells nobody that it runs.
- { name: PHONEHOME, value: "false" }
{{- end }}
