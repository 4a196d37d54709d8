{{- define "radicale.server" -}}
{{- if .Values.login.check }}
{{- include "radicale.gated" . }}
{{- else }}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- end }}

{{/* Settings that are declared. Radicale listens where the front alone reaches it, and logs no names. */}}
{{- define "radicale.settings" -}}
[server]
hosts = 127.0.0.1:8081
max_connections = 8
max_content_length = 8388608
[auth]
type = commune_accounts
delay = 1
[rights]
type = from_file
file = /config/rights
[storage]
filesystem_folder = /var/lib/radicale/collections
[web]
type = {{ ternary "commune_web" "internal" (not (empty .Values.login.check)) }}
[logging]
level = warning
mask_passwords = True
{{ end }}

{{/* The first rule that fits counts. R, W: folders; r, w: agendas and contacts; i: one file, read as a whole. */}}
{{- define "radicale.rights" -}}
[bureau]
user: bureau
collection: (bureau(/.*)?)?
permissions: RrWw
{{- if .Values.members.secret }}
[membres]
user: membres
collection: (membres|bureau)?
permissions: R
[membres-read]
user: membres
collection: (membres|bureau)/[^/]+
permissions: r
{{- end }}
{{- if eq .Values.access "public" }}
[public]
user: .*
collection: bureau/agenda
permissions: i
{{- end }}
{{ end }}

{{/* Accounts are those whose passwords are mounted; they are read at each login, so that another password counts at once. */}}
{{- define "radicale.accounts" -}}
import hmac
{{- include "radicale.asking" . }}
from radicale import auth

ACCOUNTS = {
    "bureau": "/run/secrets/admin/{{ .Values.admin.key }}",
    {{- if .Values.members.secret }}
    "membres": "/run/secrets/members/{{ .Values.members.key }}",
    {{- end }}
}


def kept_of(login):
    with open(ACCOUNTS[login], encoding="utf-8") as file:
        return file.read().rstrip("\n")
{{ include "radicale.devices" . }}

class Auth(auth.BaseAuth):
{{- if .Values.login.check }}
{{- include "radicale.external" . }}
{{- end }}
    def _login(self, login, password):
        if login not in ACCOUNTS:
            return {{ ternary "account_of(login, password)" "\"\"" (not (empty .Values.devices.check)) }}
        return login if hmac.compare_digest(kept_of(login).encode(), password.encode()) else ""
{{ end }}

{{/* Before each start: the agenda and the contacts where there are none, and the way to them for who reads. */}}
{{- define "radicale.install" -}}
set -eu
root=/var/lib/radicale/collections/collection-root
mkdir -p $root/bureau $root/membres
collection() {
  [ -e $root/bureau/$1/.Radicale.props ] && return
  mkdir -p $root/bureau/$1
  printf '%s' "$2" > $root/bureau/$1/.new
  mv $root/bureau/$1/.new $root/bureau/$1/.Radicale.props
}
collection agenda {{ dict "tag" "VCALENDAR" "D:displayname" (printf "Agenda – %s" .Values.title) "C:supported-calendar-component-set" "VEVENT,VTODO" | toJson | replace "'" "'\\''" | printf "'%s'" }}
collection contacts {{ dict "tag" "VADDRESSBOOK" "D:displayname" (printf "Contacts – %s" .Values.title) | toJson | replace "'" "'\\''" | printf "'%s'" }}
# Telephones look below the name of who logs in.
for name in agenda contacts; do ln -sfn ../bureau/$name $root/membres/$name; done
{{ end }}

{{/* Agendas and contacts, a file for each event and person. Caches make themselves anew. */}}
{{- define "radicale.backup" -}}
exec tar -C /var/lib/radicale -c --exclude .Radicale.cache --exclude .Radicale.lock collections
{{ end }}

{{/* What is there goes only when all that was kept could be read. */}}
{{- define "radicale.restore" -}}
set -eu
cd /var/lib/radicale
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf collections
mv .restored/collections collections
rm -rf .restored
{{ end }}
