{{/*
Spec of a job that runs a command of packages/ops, to be followed by the container's env. It waits inside the pod for
what it works on: the services wait for it in turn, so that the charts may be installed in any order, and `--wait`
waits for all. Call with (list $ "command" "kafka"), or "postgres".
*/}}
{{- define "services.job" -}}
{{- $root := index . 0 -}}
{{- $command := index . 1 -}}
{{- $worksOn := index . 2 -}}
backoffLimit: 6
template:
  metadata:
    labels:
      {{- include "tocsin.podLabels" (list $root $command "job") | nindent 6 }}
  spec:
    {{- include "services.jobPod" $root | nindent 4 }}
    {{- with include (printf "services.%sVolume" $worksOn) $root }}{{ nindent 6 . }}{{ end }}
    restartPolicy: OnFailure
    # Nothing is lost when it ends in the middle.
    terminationGracePeriodSeconds: 1
    containers:
      - name: {{ $command }}
        {{- include "services.container" $root | nindent 8 }}
        args: [packages/ops/src/cli.ts, {{ $command }}]
        resources:
          {{- toYaml $root.Values.jobs.resources | nindent 10 }}
        volumeMounts:
          - { name: tmp, mountPath: /tmp }
          {{- with include (printf "services.%sMount" $worksOn) $root }}{{ nindent 10 . }}{{ end }}
{{- end }}

{{/* What the pods of jobs and tests begin with; their volumes come last. Call with $. */}}
{{- define "services.jobPod" -}}
{{- with .Values.defaults.priorityClassName -}}
priorityClassName: {{ . }}
{{ end -}}
{{- with include "tocsin.placement" .Values.defaults }}{{ trim . }}
{{ end -}}
{{ include "services.pod" . }}
{{- end }}
