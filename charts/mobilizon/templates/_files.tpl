{{/* A text as Elixir has it between double quotes. */}}
{{- define "mobilizon.quoted" -}}
"{{ . | replace "\\" "\\\\" | replace "\"" "\\\"" | replace "#{" "\\#{" }}"
{{- end }}

{{/*
What is declared, in the place of upstream's own file, which reads all of it from variables.
Source: https://github.com/framasoft/mobilizon/blob/5.1.3/config/docker.exs and config.exs
*/}}
{{- define "mobilizon.settings" -}}
import Config

secret = fn path -> path |> File.read!() |> String.trim() end
# Phoenix asks for 64 bytes and more.
stretched = fn path -> :crypto.hash(:sha512, secret.(path)) |> Base.encode64() end
host = {{ include "mobilizon.quoted" .Values.host }}

config :mobilizon, Mobilizon.Web.Endpoint,
  server: System.get_env("SERVES") == "yes",
  url: [host: host, scheme: "https", port: 443],
  http: [port: 4000, ip: {127, 0, 0, 1}],
  secret_key_base: stretched.("/run/secrets/cookies/{{ .Values.cookies.key }}")

config :mobilizon, Mobilizon.Web.Auth.Guardian,
  secret_key: stretched.("/run/secrets/sessions/{{ .Values.sessions.key }}")

# Nobody outside is asked or told: the network of an association lets nothing out.
config :mobilizon, :instance,
  name: {{ include "mobilizon.quoted" .Values.title }},
  description: {{ include "mobilizon.quoted" .Values.title }},
  hostname: host,
  registrations_open: false,
  default_language: "fr",
  federating: false,
  allow_relay: false,
  email_from: {{ include "mobilizon.quoted" .Values.admin.mail }},
  email_reply_to: {{ include "mobilizon.quoted" .Values.admin.mail }}

config :mobilizon, Mobilizon.Storage.Repo,
  adapter: Ecto.Adapters.Postgres,
  hostname: {{ include "mobilizon.quoted" .Values.database.host }},
  port: {{ .Values.database.port }},
  database: {{ include "mobilizon.quoted" .Values.database.name }},
  username: {{ include "mobilizon.quoted" .Values.database.name }},
  password: secret.("/run/secrets/database/{{ .Values.database.key }}"),
  ssl: false,
  pool_size: 10

# There is no mail: letters go nowhere, and nobody who comes to an event is asked for an address.
config :mobilizon, Mobilizon.Web.Email.Mailer, adapter: Swoosh.Adapters.Test
config :mobilizon, Mobilizon.Service.Notifier, notifiers: []
config :mobilizon, :anonymous,
  participation: [
    allowed: true,
    validation: %{email: [enabled: false, confirmation_required: false], captcha: [enabled: false]}
  ],
  event_creation: [
    allowed: false,
    validation: %{email: [enabled: true, confirmation_required: true], captcha: [enabled: false]}
  ],
  reports: [allowed: false]

config :mobilizon, Mobilizon.Web.Upload.Uploader.Local, uploads: "/var/lib/mobilizon/uploads"
config :mobilizon, :media_proxy, enabled: false
config :mobilizon, :exports,
  path: "/tmp/exports",
  formats: [Mobilizon.Service.Export.Participants.CSV]
config :mobilizon, Mobilizon.Service.SiteMap, path: "/tmp/sitemap"

# The map of a place would be somebody else's pictures, asked for by each visitor: there is none, and the address stands there.
config :mobilizon, :maps,
  tiles: [endpoint: "https://#{host}/sans-carte/{z}/{x}/{y}.png", attribution: ""],
  routing: [type: :openstreetmap]
config :mobilizon, :http_security,
  enabled: true,
  sts: false,
  csp_policy: [
    script_src: [], style_src: [], connect_src: [], font_src: [], img_src: [], manifest_src: [],
    media_src: [], object_src: [], frame_src: [], frame_ancestors: []
  ],
  referrer_policy: "same-origin"
config :mobilizon, Mobilizon.Service.Geospatial, service: Mobilizon.Service.Geospatial.Addok
config :mobilizon, :search, global: [is_default_search: false, is_enabled: false]
config :mobilizon, :rich_media, parsers: []
config :mobilizon, :analytics, providers: []
# Zones of time are those that came with it.
config :tzdata, :autoupdate, :disabled
config :sentry, dsn: nil, included_environments: []
config :logger, level: :warning
{{ end }}

{{- define "mobilizon.server" -}}
# It is in no federation, and asks nobody's pages or pictures; the playground of its interface brings another's programs.
location ~ ^/(inbox|relay|graphiql|proxy|sans-carte|auth)(/|$) { return 404; }
location ~ ^/@[^/]+/inbox$ { return 404; }
location ^~ /graphql_socket/ {
  {{- include "app.proxy" 4000 | nindent 2 }}
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_read_timeout 300s;
}
location / {
  {{- include "app.proxy" 4000 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/* What a release writes while it starts is in its own tmp, and it is no node of a cluster. */}}
{{- define "mobilizon.environment" -}}
set -eu
export HOME=/tmp RELEASE_TMP=/tmp/release RELEASE_DISTRIBUTION=none MOBILIZON_CONFIG_PATH=/config/config.exs
mkdir -p /tmp/release /tmp/exports/csv /tmp/sitemap
{{- end }}

{{/*
Before each start: its tables, and whoever administers it where nobody is there. The password is read by the program itself:
an argument would be seen. Source: rel/overlays/bin/mobilizon_ctl, lib/mobilizon/cli.ex, lib/mix/tasks/mobilizon/users/new.ex
*/}}
{{- define "mobilizon.install" -}}
{{ include "mobilizon.environment" . }}
# A network policy takes a moment to reach every node.
tries=0
until pg_isready --quiet --timeout=1 --host={{ .Values.database.host }} --port={{ .Values.database.port }}; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || { echo 'The database does not answer.' >&2; exit 1; }
  sleep 1
done
/bin/mobilizon eval 'Mobilizon.CLI.run("migrate")'
/bin/mobilizon eval "$(cat /config/administrator.exs)"
{{ end }}

{{- define "mobilizon.administrator" -}}
Mix.Tasks.Mobilizon.Common.start_mobilizon()

if Mobilizon.Storage.Repo.aggregate(Mobilizon.Users.User, :count) == 0 do
  password = "/run/secrets/admin/{{ .Values.admin.key }}" |> File.read!() |> String.trim()

  Mobilizon.Users.register(%{
    email: {{ include "mobilizon.quoted" .Values.admin.mail }},
    password: password,
    role: :administrator,
    confirmed_at: DateTime.utc_now(),
    confirmation_sent_at: nil,
    confirmation_token: nil
  })
  |> case do
    {:ok, _} -> :ok
    {:error, changeset} -> raise "The administrator is refused: #{inspect(Keyword.keys(changeset.errors))}"
  end
end
{{ end }}

{{- define "mobilizon.start" -}}
{{ include "mobilizon.environment" . }}
export SERVES=yes
exec /bin/mobilizon start
{{ end }}

{{/* Pictures; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "mobilizon.restore" -}}
set -eu
cd /var/lib/mobilizon/uploads
rm -rf .restored
mkdir .restored
tar -x -C .restored
find . -mindepth 1 -maxdepth 1 ! -name .restored -exec rm -rf {} +
find .restored -mindepth 1 -maxdepth 1 -exec mv {} . ';'
rmdir .restored
{{ end }}
