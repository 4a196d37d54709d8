{{/*
Settings that are declared. Passwords come as variables, from start.sh.
Source: https://github.com/ether/etherpad-lite/blob/v2.5.3/settings.json.docker
*/}}
{{- define "etherpad.settings" -}}
{{- /* Nobody administers it: who does can have it install programs by a socket of its own, beside the pages that the front refuses (adminplugins.ts). */}}
{{- $users := dict .Values.admin.user (dict "password" "${BOARD_PASSWORD}" "is_admin" false) }}
{{- with .Values.members.user }}
{{- $users = merge $users (dict . (dict "password" "${MEMBERS_PASSWORD}" "is_admin" false)) }}
{{- end }}
{{- /* At most four connections at once: the driver takes what it does not know to its pool, which would have ten (ueberDB, databases/mysql_db.ts). */}}
{{- $database := dict "host" .Values.database.host "port" .Values.database.port "database" .Values.database.name "user" .Values.database.name "password" "${DATABASE_PASSWORD}" "charset" "utf8mb4" "connectionLimit" 4 }}
{{- /* A text that is ${NAME} as a whole would be the variable of that name: a title is none (Settings.ts). */}}
{{- dict
  "title" (.Values.title | replace "${" "$ {")
  "ip" "127.0.0.1"
  "port" 9001
  "trustProxy" true
  "showSettingsInAdminPage" false
  "enableMetrics" false
  "exposeVersion" false
  "disableIPlogging" true
  "loglevel" "WARN"
  "dbType" "mysql"
  "dbSettings" $database
  "defaultPadText" "\n"
  "requireAuthentication" true
  "requireAuthorization" false
  "authenticationMethod" "apikey"
  "users" $users
  "minify" true
  "updateServer" "http://127.0.0.1:9"
  "importMaxFileSize" 8388608
  "commitRateLimiting" (dict "duration" 1 "points" 60)
  "importExportRateLimiting" (dict "windowMs" 90000 "max" 60)
  "socketTransportProtocols" (list "websocket" "polling")
  "cookie" (dict "sameSite" "Lax" "keyRotationInterval" 86400000 "sessionLifetime" 864000000 "sessionRefreshInterval" 86400000)
  | toJson }}
{{- end }}

{{- define "etherpad.server" -}}
# Its settings are declared, and programs from outside are not installed in it. It takes capitals for small letters.
location ~* ^/(admin|admin-auth|stats|api-docs)(/|$|\.) { return 404; }
# The interface for programs has two names.
location ~* ^/(api|rest)(/|$) {
  limit_req zone=logins burst=20 nodelay;
  {{- include "app.proxy" 9001 | nindent 2 }}
}
# Letters that are typed go through one connection that stays open.
location ^~ /socket.io/ {
  {{- include "app.proxy" 9001 | nindent 2 }}
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_buffering off;
  proxy_read_timeout 300s;
}
location / {
  {{- include "app.proxy" 9001 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/*
Its volume is the folder in which it bundles its scripts (specialpages.ts) and keeps its list of plugins (installer.ts), which
would otherwise be made by asking pnpm. All else of the image is read only.
*/}}
{{- define "etherpad.start" -}}
set -eu
mkdir -p /opt/etherpad-lite/var/js
printf '{"plugins":[]}' > /opt/etherpad-lite/var/installed_plugins.json
BOARD_PASSWORD=$(cat /run/secrets/admin/{{ .Values.admin.key }})
DATABASE_PASSWORD=$(cat /run/secrets/database/{{ .Values.database.key }})
{{- with .Values.members.key }}
MEMBERS_PASSWORD=$(cat /run/secrets/members/{{ . }})
export MEMBERS_PASSWORD
{{- end }}
export BOARD_PASSWORD DATABASE_PASSWORD NODE_ENV=production
cd /opt/etherpad-lite/src
exec node --require tsx/cjs node/server.ts --settings /config/settings.json --apikey /run/secrets/admin/{{ .Values.admin.key }}
{{ end }}
