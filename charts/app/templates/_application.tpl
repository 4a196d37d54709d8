{{/*
An application as its application.yaml and files/ declare it (docs/charts.md). It takes a dict of `root`, the chart's own
context, and `texts`, texts by key that stand in the place of files: what no file can say.
*/}}
{{- define "app.application" -}}
{{- $root := .root }}
{{- $values := .root.Values }}
{{- $it := .root.Files.Get "application.yaml" | fromYaml }}
{{- $login := ternary $it.login dict (not (empty (dig "check" "" ($values.login | default dict)))) | default dict }}
{{- $app := dict
  "name" .root.Chart.Name
  "host" $values.host
  "uid" 101
  "image" $values.frontImage
  "server" (include "app.server" .root)
  "pages" $values.pages
  "expose" $values.expose
}}
{{- if or $login $values.closed }}
{{- $_ := set $app "probe" "/_ready" }}
{{- end }}
{{- with $it.pod }}
{{- $files := dict }}
{{- $mounted := dict }}
{{- range $key, $path := merge dict ($login.files | default dict) .files }}
{{- $text := dig $key "" ($.texts | default dict) }}
{{- if not $text }}{{ $text = include "app.file" (dict "root" $root "key" $key) }}{{ end }}
{{- $_ := set $files $key $text }}
{{- $_ := set $mounted $path $key }}
{{- end }}
{{- $secrets := dict }}
{{- $first := dict }}
{{- if $it.rows }}{{ $_ := set $secrets $values.database.secret "/run/secrets/database" }}{{ end }}
{{- range $name, $_ := $it.secrets }}
{{- $_ := set $secrets (index $values $name).secret (printf "/run/secrets/%s" $name) }}
{{- end }}
{{- with $it.account }}
{{- /* What is read at the first start alone is there for that alone. */}}
{{- $_ := set (ternary $first $secrets (eq .rotation "never")) $values.admin.secret "/run/secrets/admin" }}
{{- end }}
{{- range $name := list "members" "devices" }}
{{- with dig $name "secret" "" ($values | merge dict) }}{{ $_ := set $secrets . (printf "/run/secrets/%s" $name) }}{{ end }}
{{- end }}
{{- $main := dict
  "image" $values.image
  "command" .command
  "probe" ($login.probe | default .probe)
  "request" .request "memory" .memory "cpu" .cpu "ephemeral" .disk "scratch" .scratch
  "files" $mounted
  "tmp" .tmp
  "secrets" $secrets
  "commands" $it.commands
}}
{{- if .install }}{{ $_ := set $main "install" (dict "command" .install "secrets" $first) }}{{ end }}
{{- with $it.volume }}
{{- $_ := set $main "mounts" (dict .name .mount) }}
{{- $_ := set $app "volumes" (dict .name $values.storage) }}
{{- end }}
{{- with $it.timed }}
{{- /* Every quarter of an hour, each at a minute of its own: those of a hundred associations are not one rush. */}}
{{- $minute := mod (adler32sum $root.Release.Name | int64) 15 }}
{{- $job := dict "schedule" (printf "%d-59/15 * * * *" $minute) "command" .command "memory" .memory "cpu" .cpu }}
{{- $_ := set $app "cron" (dict .name $job) }}
{{- end }}
{{- $app = merge (dict "uid" .uid "body" .largestRequest "main" $main "files" $files) $app }}
{{- end }}
{{- include "app.all" (dict "root" .root "app" $app) }}
{{- end }}

{{/* The path of a file: closed/, login/, telephones/ or the folder of its access have what is another there. Empty without one. */}}
{{- define "app.path" -}}
{{- $values := .root.Values }}
{{- $folders := list }}
{{- if $values.closed }}{{ $folders = append $folders "closed/" }}{{ end }}
{{- if dig "check" "" ($values.login | default dict) }}{{ $folders = append $folders "login/" }}{{ end }}
{{- if dig "check" "" ($values.devices | default dict) }}{{ $folders = append $folders "telephones/" }}{{ end }}
{{- $folders = append (append $folders (printf "%s/" $values.access)) "" }}
{{- $found := "" }}
{{- range $folder := $folders }}
{{- $path := printf "files/%s%s" $folder $.key }}
{{- if and (not $found) ($.root.Files.Get $path) }}{{ $found = $path }}{{ end }}
{{- end }}
{{- $found }}
{{- end }}

{{/* Directives of the front. They alone are a template: pieces of them are the library's. */}}
{{- define "app.server" -}}
{{- tpl (include "app.text" (dict "root" . "key" "server.conf")) . }}
{{- end }}

{{/*
The text of a file, with others in the places of lines that end with "@include <name>@": of those that are there, without the
first line of a PHP file.
*/}}
{{- define "app.text" -}}
{{- $root := .root }}
{{- $text := .root.Files.Get (include "app.path" . | required (printf "files/ has no %s, which application.yaml names" .key)) }}
{{- range $line := regexFindAll "(?m)^.*@include [A-Za-z._-]+@\n" $text -1 }}
{{- $key := regexReplaceAll "(?s)^.*@include ([A-Za-z._-]+)@\n$" $line "${1}" }}
{{- $path := include "app.path" (dict "root" $root "key" $key) }}
{{- $part := "" }}
{{- if $path }}{{ $part = $root.Files.Get $path | trimPrefix "<?php\n" }}{{ end }}
{{- $text = $text | replace $line $part }}
{{- end }}
{{- $text }}
{{- end }}

{{/*
A file with values in the places of @name@, each as a text of the file's own language has it between its quotes: single ones in
PHP and sh, double ones elsewhere. What is not there is an empty text.
*/}}
{{- define "app.file" -}}
{{- $text := include "app.text" . }}
{{- $kind := .key | splitList "." | last }}
{{- /* Numbers are whole ones: as a text, Helm's would be 1e+06. */}}
{{- $told := dict "login.check" "" "login.cookie" "" "login.logout" "" "members.user" "" "members.key" "" "devices.check" "" "devices.key" "" }}
{{- range $name, $value := omit .root.Values "pages" "expose" "global" "app" }}
{{- if kindIs "map" $value }}
{{- range $inner, $each := $value }}{{ $_ := set $told (printf "%s.%s" $name $inner) (ternary (int64 $each | toString) (toString $each) (kindIs "float64" $each)) }}{{ end }}
{{- else }}{{ $_ := set $told $name (ternary (int64 $value | toString) (toString $value) (kindIs "float64" $value)) }}{{ end }}
{{- end }}
{{- $_ := set $told "titleInJson" (.root.Values.title | toJson | trimPrefix "\"" | trimSuffix "\"") }}
{{- /* In one pass: a value that looks like a name stays what it is. */}}
{{- $parts := splitList "@" $text }}
{{- $done := first $parts }}
{{- $wasName := false }}
{{- range $index, $part := rest $parts }}
{{- if $wasName }}
{{- $done = print $done $part }}
{{- $wasName = false }}
{{- else if and (hasKey $told $part) (lt (add1 $index) (sub (len $parts) 1)) }}
{{- $value := get $told $part }}
{{- if eq $kind "php" }}{{ $value = $value | replace "\\" "\\\\" | replace "'" "\\'" }}
{{- else if eq $kind "sh" }}{{ $value = $value | replace "'" "'\\''" }}
{{- else if eq $kind "exs" }}{{ $value = $value | replace "\\" "\\\\" | replace "\"" "\\\"" | replace "#{" "\\#{" }}
{{- else if has $kind (list "py" "rb" "json" "yml") }}{{ $value = $value | toJson | trimPrefix "\"" | trimSuffix "\"" }}
{{- end }}
{{- $done = print $done $value }}
{{- $wasName = true }}
{{- else }}
{{- $done = print $done "@" $part }}
{{- end }}
{{- end }}
{{- $done }}
{{- end }}
