import Config

secret = fn path -> path |> File.read!() |> String.trim() end
# Phoenix asks for 64 bytes and more.
stretched = fn path -> :crypto.hash(:sha512, secret.(path)) |> Base.encode64() end
host = "@host@"

config :mobilizon, Mobilizon.Web.Endpoint,
  server: System.get_env("SERVES") == "yes",
  url: [host: host, scheme: "https", port: 443],
  http: [port: 4000, ip: {127, 0, 0, 1}],
  secret_key_base: stretched.("/run/secrets/cookies/@cookies.key@")

config :mobilizon, Mobilizon.Web.Auth.Guardian,
  secret_key: stretched.("/run/secrets/sessions/@sessions.key@")

# Nobody outside is asked or told: the network of an association lets nothing out.
config :mobilizon, :instance,
  name: "@title@",
  description: "@title@",
  hostname: host,
  registrations_open: false,
  default_language: "fr",
  federating: false,
  allow_relay: false,
  email_from: "@admin.mail@",
  email_reply_to: "@admin.mail@"

config :mobilizon, Mobilizon.Storage.Repo,
  adapter: Ecto.Adapters.Postgres,
  hostname: "@database.host@",
  port: @database.port@,
  database: "@database.name@",
  username: "@database.name@",
  password: secret.("/run/secrets/database/@database.key@"),
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
