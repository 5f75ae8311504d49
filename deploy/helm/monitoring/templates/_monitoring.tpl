{{/* What every pod has in common. Call with (list $ user), or (list $ user "account") for one that calls Kubernetes' API. */}}
{{- define "monitoring.pod" -}}
{{- $values := (index . 0).Values -}}
enableServiceLinks: false
{{- if gt (len .) 2 }}
serviceAccountName: {{ index . 2 }}
{{- end }}
automountServiceAccountToken: {{ gt (len .) 2 }}
securityContext:
  {{- include "tocsin.podSecurityContext" (index . 1) | nindent 2 }}
{{- with $values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What every container has in common. Call with (list $ values), which hold its image and resources. */}}
{{- define "monitoring.container" -}}
{{- $values := index . 1 -}}
image: {{ include "tocsin.image" (list (index . 0) $values.image) }}
imagePullPolicy: IfNotPresent
resources:
  {{- toYaml $values.resources | nindent 2 }}
securityContext:
  {{- include "tocsin.containerSecurityContext" . | nindent 2 }}
{{- end }}

{{/* How the kubelet asks whether it lives. Call with (dict "ready" "/-/ready" "live" "/-/healthy" "startupSeconds" 60). */}}
{{- define "monitoring.probes" -}}
startupProbe:
  httpGet: { path: {{ .ready }}, port: {{ .port | default "metrics" }} }
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: {{ div .startupSeconds 2 }}
readinessProbe:
  httpGet: { path: {{ .ready }}, port: {{ .port | default "metrics" }} }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 3
livenessProbe:
  httpGet: { path: {{ .live }}, port: {{ .port | default "metrics" }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/* The volume of a StatefulSet. Call with (list identity storage-values). */}}
{{- define "monitoring.volumeClaim" -}}
{{- $values := index . 1 -}}
- metadata:
    name: data
    labels:
      {{- include "tocsin.podLabels" (index . 0) | nindent 6 }}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with $values.className }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ $values.size }}
{{- end }}

{{/* What our Secrets hold, as JSON: passwords are made once and kept, as the volumes are that know them. Call with $. */}}
{{- define "monitoring.grafanaSecret" -}}
{{- include "tocsin.kept" (list $ "grafana" (dict "admin-password" (randAlphaNum 24))) -}}
{{- end }}

{{- define "monitoring.bugsinkSecret" -}}
{{- include "tocsin.kept" (list $ "bugsink" (dict "secret-key" (randAlphaNum 64) "admin-password" (randAlphaNum 24))) -}}
{{- end }}

{{- define "monitoring.bugsinkDsnSecret" -}}
{{- $key := uuidv4 | replace "-" "" -}}
{{- include "tocsin.kept" (list $ "bugsink-dsn" (dict "dsn" (printf "http://%s@bugsink:8000/1" $key))) -}}
{{- end }}

{{/* What Prometheus judges by, file for file. */}}
{{- define "monitoring.rules" -}}
{{- $files := .Files.Glob "files/rules/*.yaml" -}}
{{- if not $files }}{{ fail "files/rules has no rule file" }}{{ end -}}
{{- $files.AsConfig }}
{{- end }}

{{/* The names of all rules, for the test that Prometheus has loaded them. */}}
{{- define "monitoring.ruleNames" -}}
{{- $names := list -}}
{{- range $path, $_ := .Files.Glob "files/rules/*.yaml" -}}
  {{- range (fromYaml ($.Files.Get $path)).groups -}}
    {{- range .rules }}{{ $names = append $names (.alert | default .record) }}{{ end -}}
  {{- end -}}
{{- end -}}
{{- toJson ($names | sortAlpha) }}
{{- end }}

{{/*
alerts/alertmanager.yaml with the addresses filled in, and without what has one that is not known;
packages/ops/src/alerts/render.ts does the same.
*/}}
{{- define "monitoring.alertmanagerConfig" -}}
{{- $text := .Files.Get "files/alertmanager.yaml" | required "files/alertmanager.yaml is empty" -}}
{{- $pagerduty := .Values.pager.pagerduty -}}
{{- $opsgenie := .Values.pager.opsgenie -}}
{{- $chatopsUrl := .Values.chatops.url | default (printf "http://chatops.%s.svc:8080" .Release.Namespace) -}}
{{- $places := dict
  "CHATOPS_URL" ($chatopsUrl | trimSuffix "/")
  "PUBLIC_URL" (.Values.chatops.publicUrl | default $chatopsUrl | trimSuffix "/")
  "PAGER_URL" (eq (include "monitoring.ownPager" .) "yes" | ternary (printf "http://pager.%s.svc:8080" .Release.Namespace) "")
  "PAGERDUTY_KEY_FILE" (eq $pagerduty.secret "" | ternary "" "/etc/alertmanager/pagerduty/key")
  "PAGERDUTY_URL" $pagerduty.url
  "OPSGENIE_KEY_FILE" (eq $opsgenie.secret "" | ternary "" "/etc/alertmanager/opsgenie/key")
  "OPSGENIE_URL" $opsgenie.url
-}}
{{- range $name, $value := $places -}}
  {{- if $value }}{{ $text = replace (printf "${%s}" $name) $value $text }}{{ end -}}
{{- end -}}
{{- regexReplaceAll `(?m)^ {4}\w+_configs:\n(?: {6}.*\n)*? {6}.*\$\{.*\n(?: {6}.*\n)*` $text "" }}
{{- end }}

{{/* Whether pages go to the receiver of our own: yes, or nothing. */}}
{{- define "monitoring.ownPager" -}}
{{- if not (or .Values.pager.pagerduty.secret .Values.pager.opsgenie.secret) }}yes{{ end -}}
{{- end }}
