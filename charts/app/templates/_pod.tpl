{{/* The pod: the front, and the application behind it where there is one. */}}
{{- define "app.deployment" }}
{{- $main := .app.main }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "app.metadata" . | nindent 2 }}
  {{- with dig "commands" nil ($main | default dict) }}
  annotations:
    {{- range $name, $words := . }}
    commune.cloud/{{ $name }}: {{ $words | toJson | quote }}
    {{- end }}
  {{- end }}
spec:
  replicas: 1
  revisionHistoryLimit: 2
  strategy:
    type: {{ if .app.volumes }}Recreate{{ else }}RollingUpdate{{ end }}
  selector:
    matchLabels:
      {{- include "app.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "app.labels" . | nindent 8 }}
      annotations:
        checksum/config: {{ printf "%s%s" (include "app.config" .) (.app.pages | toJson) | sha256sum | trunc 16 | quote }}
    spec:
      {{- include "app.pod" . | nindent 6 }}
      {{- if and $main $main.install }}
      initContainers:
        - name: install
          command: {{ $main.install.command | toJson }}
          {{- include "app.container" (merge (dict "secrets" $main.install.secrets) .) | nindent 10 }}
      {{- end }}
      containers:
        {{- with $main }}
        - name: {{ $.app.name }}
          {{- with .command }}
          command: {{ . | toJson }}{{ end }}
          {{- include "app.container" $ | nindent 10 }}
        {{- end }}
        - name: front
          image: {{ .app.image }}
          args: [sh, -c, {{ include "app.start" . | toJson }}]
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {{ dict "path" (dig "probe" "/" ($main | default .app)) "port" "http" "httpHeaders" (list (dict "name" "Host" "value" .app.host)) | toJson }}
            periodSeconds: 5
            timeoutSeconds: 10
          livenessProbe:
            tcpSocket: {port: http}
            periodSeconds: 20
            # Kubernetes' own is one second: on a busy node whole fronts were started again.
            timeoutSeconds: 5
          lifecycle:
            preStop:
              exec: {command: [sleep, "5"]}
          resources:
            requests: {cpu: 5m, memory: 8Mi, ephemeral-storage: 8Mi}
            limits: {cpu: 100m, memory: 32Mi, ephemeral-storage: 64Mi}
          securityContext:
            {{- include "app.security" . | nindent 12 }}
          volumeMounts:
            - {name: config, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf, readOnly: true}
            - {name: front, mountPath: /tmp}
            {{- if .app.pages }}
            - {name: pages, mountPath: /srv/pages, readOnly: true}{{ end }}
      volumes:
        {{- include "app.podVolumes" . | nindent 8 }}
        - name: front
          emptyDir: {sizeLimit: 48Mi}
        {{- if .app.pages }}
        - name: pages
          configMap:
            name: {{ .root.Release.Name }}-pages
            items:
              {{- range $path, $_ := .app.pages }}
              - {key: {{ $path | replace "/" "__" }}, path: {{ $path }}}
              {{- end }}
        {{- end }}
{{- end }}

{{- define "app.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .app.uid }}
  runAsGroup: {{ .app.uid }}
  fsGroup: {{ .app.uid }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "app.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* What the application, what installs it and its timed jobs have in common. */}}
{{- define "app.container" -}}
{{- $main := .app.main -}}
image: {{ $main.image }}
resources:
  requests: {cpu: 10m, memory: {{ $main.request }}, ephemeral-storage: 16Mi}
  limits: {cpu: {{ $main.cpu }}, memory: {{ $main.memory }}, ephemeral-storage: {{ $main.ephemeral }}}
securityContext:
  {{- include "app.security" . | nindent 2 }}
volumeMounts:
  {{- range $volume, $path := $main.mounts }}
  - {name: {{ $volume }}, mountPath: {{ $path }}}
  {{- end }}
  {{- range $path, $key := $main.files }}
  - {name: config, mountPath: {{ $path }}, subPath: {{ $key }}, readOnly: true}
  {{- end }}
  {{- range $index, $path := $main.tmp }}
  - {name: tmp-{{ $index }}, mountPath: {{ $path }}}
  {{- end }}
  {{- range $secret, $path := merge dict (.secrets | default dict) ($main.secrets | default dict) }}
  - {name: {{ $secret }}, mountPath: {{ $path }}, readOnly: true}
  {{- end }}
{{- end }}

{{- define "app.podVolumes" -}}
- name: config
  configMap: {name: {{ .root.Release.Name }}}
{{- range $name, $_ := .app.volumes }}
- name: {{ $name }}
  persistentVolumeClaim: {claimName: {{ $.root.Release.Name }}-{{ $name }}}
{{- end }}
{{- with .app.main }}
{{- range $index, $_ := .tmp }}
- name: tmp-{{ $index }}
  emptyDir: {sizeLimit: {{ $.app.main.scratch }}}
{{- end }}
{{- range $secret, $_ := merge dict (.secrets | default dict) (dig "secrets" dict (.install | default dict)) }}
- name: {{ $secret }}
  secret: {secretName: {{ $secret }}, defaultMode: 288}
{{- end }}
{{- end }}
{{- end }}
