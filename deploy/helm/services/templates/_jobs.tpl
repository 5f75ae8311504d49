{{/*
Spec of a job that runs a command of packages/ops, to be followed by the container's env. It waits inside the pod for
what it works on: the services wait for it in turn, so that the charts may be installed in any order, and `--wait`
waits for all. Call with (list $ "command" whether-it-speaks-Kafka).
*/}}
{{- define "services.job" -}}
{{- $root := index . 0 -}}
{{- $command := index . 1 -}}
{{- $kafka := index . 2 -}}
backoffLimit: 6
template:
  metadata:
    labels:
      {{- include "tocsin.labels" (list $root $command "job") | nindent 6 }}
  spec:
    {{- include "services.pod" $root | nindent 4 }}
    {{- if $kafka }}
    {{- with include "services.kafkaVolume" $root }}{{ nindent 6 . }}{{ end }}
    {{- end }}
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
          {{- if $kafka }}
          {{- with include "services.kafkaMount" $root }}{{ nindent 10 . }}{{ end }}
          {{- end }}
{{- end }}
