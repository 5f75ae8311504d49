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

{{/* Where the pods may run that are not on every node. */}}
{{- define "monitoring.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
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

{{/* The volume of a StatefulSet. Call with its storage values. */}}
{{- define "monitoring.volumeClaim" -}}
- metadata:
    name: data
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .className }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size }}
{{- end }}

{{/* A generated value of a Secret: the one in the cluster, else a new one. Call with (list $ "secret" "key" "new"). */}}
{{- define "monitoring.kept" -}}
{{- $secret := lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1) | default dict -}}
{{- index ($secret.data | default dict) (index . 2) | default (b64enc (index . 3)) -}}
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
{{- $places := dict
  "CHATOPS_URL" (.Values.chatops.url | default (printf "http://chatops.%s.svc:8080" .Release.Namespace) | trimSuffix "/")
  "PUBLIC_URL" (.Values.chatops.publicUrl | trimSuffix "/")
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
