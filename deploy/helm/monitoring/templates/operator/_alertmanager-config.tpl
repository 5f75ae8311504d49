{{/* alerts/alertmanager.yaml in the words of an AlertmanagerConfig; a setting that has none is an error, not lost. */}}
{{- define "monitoring.operatorAlertmanagerConfig" -}}
{{- $config := include "monitoring.alertmanagerConfig" . | fromYaml -}}
{{- include "monitoring.known" (list $config "route" "inhibit_rules" "receivers") -}}
route:
  {{- include "monitoring.operatorRoute" $config.route | nindent 2 }}
inhibitRules:
  {{- range $config.inhibit_rules }}
  {{- include "monitoring.known" (list . "source_matchers" "target_matchers" "equal") }}
  - sourceMatch: {{ include "monitoring.operatorMatchers" .source_matchers }}
    targetMatch: {{ include "monitoring.operatorMatchers" .target_matchers }}
    equal: {{ toJson .equal }}
  {{- end }}
receivers:
  {{- range $config.receivers }}
  {{- include "monitoring.known" (list . "name" "webhook_configs" "pagerduty_configs" "opsgenie_configs") }}
  - name: {{ .name | quote }}
    {{- with .webhook_configs }}
    webhookConfigs:
      {{- range . }}
      {{- include "monitoring.known" (list . "url" "send_resolved") }}
      - url: {{ .url }}
        sendResolved: {{ dig "send_resolved" true . }}
      {{- end }}
    {{- end }}
    {{- with .pagerduty_configs }}
    pagerdutyConfigs:
      {{- range . }}
      {{- include "monitoring.known" (list . "routing_key_file" "url" "description" "severity" "component" "group" "class" "client" "client_url" "details" "links") }}
      - {{ pick . "url" "description" "severity" "component" "group" "class" "client" | toYaml | nindent 8 | trim }}
        # From a Secret rather than from a file.
        routingKey: { name: {{ $.Values.pager.pagerduty.secret }}, key: {{ $.Values.pager.pagerduty.key }} }
        clientURL: {{ .client_url }}
        details: {{ include "monitoring.operatorDetails" .details }}
        pagerDutyLinkConfigs:
          {{- range .links }}
          - { href: {{ .href | quote }}, alt: {{ .text | quote }} }
          {{- end }}
      {{- end }}
    {{- end }}
    {{- with .opsgenie_configs }}
    opsgenieConfigs:
      {{- range . }}
      {{- include "monitoring.known" (list . "api_key_file" "api_url" "message" "description" "priority" "source" "entity" "details") }}
      - {{ pick . "message" "description" "priority" "source" "entity" | toYaml | nindent 8 | trim }}
        apiKey: { name: {{ $.Values.pager.opsgenie.secret }}, key: {{ $.Values.pager.opsgenie.key }} }
        apiURL: {{ .api_url }}
        details: {{ include "monitoring.operatorDetails" .details }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}

{{/* {name: value} → [{key, value}]. */}}
{{- define "monitoring.operatorDetails" -}}
{{- $details := list -}}
{{- range $key, $value := . }}{{ $details = append $details (dict "key" $key "value" $value) }}{{ end -}}
{{- toJson $details -}}
{{- end }}

{{- define "monitoring.operatorRoute" -}}
{{- include "monitoring.known" (list . "receiver" "matchers" "group_by" "group_wait" "group_interval" "repeat_interval" "continue" "routes") -}}
receiver: {{ .receiver | quote }}
{{- with .matchers }}
matchers: {{ include "monitoring.operatorMatchers" . }}
{{- end }}
{{- with .group_by }}
groupBy: {{ toJson . }}
{{- end }}
{{- with .group_wait }}
groupWait: {{ . }}
{{- end }}
{{- with .group_interval }}
groupInterval: {{ . }}
{{- end }}
{{- with .repeat_interval }}
repeatInterval: {{ . }}
{{- end }}
{{- with .continue }}
continue: {{ . }}
{{- end }}
{{- with .routes }}
routes:
  {{- range . }}
  - {{ include "monitoring.operatorRoute" . | fromYaml | toJson }}
  {{- end }}
{{- end }}
{{- end }}

{{/* name=~"value" → {name, matchType, value}. */}}
{{- define "monitoring.operatorMatchers" -}}
{{- $matchers := list -}}
{{- range . -}}
  {{- $parts := regexFindAll `^\w+|=~|!~|!=|=|"[^"]*"$` . -1 -}}
  {{- if ne (len $parts) 3 }}{{ fail (printf "alerts/alertmanager.yaml: cannot read the matcher %s" .) }}{{ end -}}
  {{- $matchers = append $matchers (dict "name" (index $parts 0) "matchType" (index $parts 1) "value" (index $parts 2 | trimAll "\"")) -}}
{{- end -}}
{{- toJson $matchers -}}
{{- end }}

{{/* Refuses a map with other keys. Call with (list map "key" …). */}}
{{- define "monitoring.known" -}}
{{- range $key, $_ := index . 0 -}}
  {{- if not (has $key (rest $)) }}{{ fail (printf "alerts/alertmanager.yaml: %s has no counterpart in an AlertmanagerConfig here" $key) }}{{ end -}}
{{- end -}}
{{- end }}
