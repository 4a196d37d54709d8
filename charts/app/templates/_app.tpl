{{/*
All objects of an application. It takes a dict of `root`, the chart's own context, and `app`, what it is made of:

name        of the software
host        public name
uid         user and group of its pod
image       of the front (nginx)
server      directives of the front's server block
body        largest request body, such as 64m; 1m when absent
pages       base64 by path: what the front serves itself, in /srv/pages
main        the application behind the front; none for files alone:
  command   argument list, where the image's own does something else
  image, probe (the path of a page that it answers, through the front)
  request, memory, cpu, ephemeral, scratch   memory asked for; at most of memory, processors, the node's disk, and each of `tmp`
  mounts    where in the container each claim is, by its name
  files     texts of the container by path, each with a key of `files`
  tmp       folders that are empty at each start
  secrets   folders by name of the Secret that is in them
  install   command, run before each start with the same mounts, and secrets that it alone has; a second call changes nothing
  commands  by name, run in its container: backup writes a tar, restore reads it, move-domain is told the old and the new host
volumes     size by name of the claim
files       texts by key
cron        by name: schedule, command, memory, cpu; run with what `main` has, without volumes: one node alone mounts them
expose      where an Ingress leads to it: className, annotations, secretName; none where something else does
*/}}
{{- define "app.all" -}}
{{- include "app.config" . }}
{{- include "app.volumes" . }}
{{- include "app.deployment" . }}
{{- include "app.cron" . }}
{{- include "app.expose" . }}
{{- end }}

{{- define "app.labels" -}}
{{ include "app.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end }}

{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .app.name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "app.metadata" -}}
name: {{ .name | default .root.Release.Name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "app.labels" . | nindent 2 }}
{{- end }}

{{- define "app.config" }}
{{- $front := include "app.nginx" . }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "app.metadata" . | nindent 2 }}
data:
  nginx.conf: {{ $front | toJson }}
  {{- range $key, $text := .app.files }}
  {{ $key }}: {{ $text | toJson }}{{ end }}
{{- with .app.pages }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "app.metadata" (merge (dict "name" (printf "%s-pages" $.root.Release.Name)) $) | nindent 2 }}
binaryData:
  {{- range $path, $content := . }}
  {{ $path | replace "/" "__" }}: {{ $content | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "app.volumes" }}
{{- range $name, $size := .app.volumes }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "app.metadata" (merge (dict "name" (printf "%s-%s" $.root.Release.Name $name)) $) | nindent 2 }}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests: {storage: {{ $size }} }
{{- end }}
{{- end }}

{{- define "app.cron" }}
{{- range $name, $job := .app.cron }}
{{- $own := dict "root" $.root "app" (merge (dict "main" (merge (pick $job "memory" "cpu") (omit $.app.main "mounts" "install"))) (omit $.app "volumes" "main")) }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "app.metadata" (merge (dict "name" (printf "%s-%s" $.root.Release.Name $name)) $) | nindent 2 }}
spec:
  schedule: {{ $job.schedule | quote }}
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 600
      template:
        metadata:
          labels:
            {{- /* Not those of the Service's pods: no visitor is sent to it. */}}
            app.kubernetes.io/name: {{ $.app.name }}-{{ $name }}
            app.kubernetes.io/instance: {{ $.root.Release.Name }}
        spec:
          {{- include "app.pod" $own | nindent 10 }}
          restartPolicy: Never
          containers:
            - name: {{ $name }}
              command: {{ $job.command | toJson }}
              {{- include "app.container" $own | nindent 14 }}
          volumes:
            {{- include "app.podVolumes" $own | nindent 12 }}
{{- end }}
{{- end }}
