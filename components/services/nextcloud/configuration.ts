import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { Identity } from "../../platform/identity/plan.ts";
import { lostServer } from "../../platform/lost-server/figures.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { BucketFiles } from "../../platform/media/plan.ts";
import { type PhpValue, SecretFile } from "./php.ts";

/** Mount path of the service's secrets. */
export const secretsFolder = "/run/secrets/nextcloud";

/** Mount path of the scripts and of the lists that they read. */
export const scriptsFolder = "/etc/nextcloud";

/** Users' files, outside the web root. Source: Nextcloud's hardening guide. */
export const dataFolder = "/var/www/data";

/** Everything that config.php depends on. */
export interface ConfigSpec {
  host: string;
  database: Pick<DatabaseConnection, "host" | "port" | "database">;
  media?: BucketFiles | undefined;
  cache: CacheConnection;
  mail?: Mail | undefined;
  identity?: Identity | undefined;
  peers: Pick<PeerPlaces, "privatePeers">;
  /** Passed through from the declaration; wins over everything below. */
  settings: Readonly<Record<string, PhpValue>>;
}

/**
 * The keys that the toolkit sets, in a file beside config.php, which belongs to the installer.
 * Source: config/config.sample.php of nextcloud/server, where no other is named.
 */
export function nextcloudConfig({
  host,
  database,
  media,
  cache,
  mail,
  identity,
  peers,
  settings,
}: ConfigSpec): Record<string, PhpValue> {
  return {
    trusted_domains: [host],
    // nginx has put the visitor's address in REMOTE_ADDR and emptied the headers: there is nobody left to trust.
    trusted_proxies: [],
    overwriteprotocol: "https",
    // The only source of URLs in cron jobs; peers register exactly this one.
    "overwrite.cli.url": `https://${host}`,
    // The installer writes it once; rows may move to another server later.
    dbhost: `${database.host}:${database.port}`,
    dbpassword: new SecretFile(`${secretsFolder}/database-password`),
    "memcache.local": "\\OC\\Memcache\\APCu",
    "memcache.distributed": "\\OC\\Memcache\\Redis",
    "memcache.locking": "\\OC\\Memcache\\Redis",
    redis: {
      host: cache.host,
      port: cache.port,
      password: new SecretFile(`${secretsFolder}/cache-password`),
      timeout: 3,
      // PHP's own is a minute. Source: default_socket_timeout; phpredis, library.c, redis_sock_connect.
      ...(cache.isSpread && { read_timeout: lostServer.answerSeconds }),
    },
    // Identifiers carry it since 33: unique among servers that share a database. 1 to 511; each pod of several has its own.
    // Source: nextcloud/documentation, release_notes/upgrade_to_33.
    ...(media === undefined ? { serverid: 1 } : bucketConfig(media, database)),
    // Volumes are mounted with the group of the pod: their modes are Kubernetes' business.
    check_data_directory_permissions: false,
    // Heavy background jobs from 01:00 UTC, for four hours.
    maintenance_window_start: 1,
    default_language: "fr",
    default_locale: "fr_FR",
    default_phone_region: "FR",
    default_timezone: "Europe/Paris",
    skeletondirectory: "",
    templatedirectory: "",
    log_type: "errorlog",
    loglevel: 2,
    "upgrade.disable-web": true,
    // Nextcloud speaks to no server at a private address otherwise. All or nothing: network policy says which. False is
    // written too, because this file wins over what config.php may have kept of an earlier one.
    allow_local_remote_servers: peers.privatePeers.length > 0,
    ...quiet,
    ...sober,
    ...(mail ? mailConfig(mail) : {}),
    ...(identity ? identityConfig(identity) : {}),
    ...settings,
  };
}

/**
 * Returns the keys of a Nextcloud whose files are in a bucket: also those that the installer would write into a config.php
 * of its own, since each pod has another. Upstream asks for a bucket of its own, and finds nothing in it without the rows.
 * Source: Nextcloud's administration manual, "Configuring Object Storage as Primary Storage".
 */
function bucketConfig(
  { endpoint, region, bucket, addressing }: BucketFiles,
  { database }: Pick<DatabaseConnection, "database">,
): Record<string, PhpValue> {
  const { hostname, port } = new URL(endpoint);
  return {
    objectstore: {
      class: "\\OC\\Files\\ObjectStore\\S3",
      arguments: {
        bucket,
        region,
        hostname,
        port: port === "" ? 443 : Number(port),
        use_ssl: true,
        use_path_style: addressing === "path",
        key: new SecretFile(`${secretsFolder}/objects-access-key`),
        secret: new SecretFile(`${secretsFolder}/objects-secret-key`),
        // Otherwise a bucket with a misspelt name is made.
        verify_bucket_exists: false,
        // Not every store knows the checksums that Amazon's library adds since 2025.
        request_checksum_calculation: "when_required",
        response_checksum_validation: "when_required",
      },
    },
    instanceid: new SecretFile(`${secretsFolder}/instance-id`),
    secret: new SecretFile(`${secretsFolder}/instance-secret`),
    passwordsalt: new SecretFile(`${secretsFolder}/instance-salt`),
    datadirectory: dataFolder,
    dbtype: "pgsql",
    dbname: database,
    dbuser: database,
    dbtableprefix: "oc_",
  };
}

/** No call to a host outside the commune unless someone declares it. */
const quiet = {
  updatechecker: false,
  has_internet_connection: false,
  // Apps come from the toolkit, with their version; nobody installs another from the web interface.
  appstoreenabled: false,
  lookup_server: "",
  // Otherwise each address in a text makes the server visit it.
  reference_opengraph: false,
  "simpleSignUpLink.shown": false,
} satisfies Record<string, PhpValue>;

/** Space, memory and energy that nobody misses. */
const sober = {
  // Trash: gone after 30 days, sooner when space is needed. Versions: thinned out as usual, gone after 180 days.
  trashbin_retention_obligation: "auto, 30",
  versions_retention_obligation: "auto, 180",
  // Half of the default in each direction: a quarter of the space and of the work, and still a full screen.
  preview_max_x: 2048,
  preview_max_y: 2048,
  // MiB.
  preview_max_filesize_image: 25,
  preview_max_memory: 128,
  preview_concurrency_new: 2,
  preview_concurrency_all: 4,
  // What PHP itself can draw; no other program reads files that strangers send.
  enabledPreviewProviders: ["PNG", "JPEG", "GIF", "TXT", "MarkDown", "OpenDocument"].map(
    (name) => `OC\\Preview\\${name}`,
  ),
} satisfies Record<string, PhpValue>;

/**
 * Returns the settings of outgoing mail. Nextcloud cannot insist on STARTTLS: it uses it if the relay offers it.
 * Source: lib/private/Mail/Mailer.php, getSmtpInstance.
 */
function mailConfig({ from, host, port, encryption, user }: Mail): Record<string, PhpValue> {
  const at = from.lastIndexOf("@");
  return {
    mail_smtpmode: "smtp",
    mail_smtphost: host,
    mail_smtpport: port,
    mail_smtpsecure: encryption === "tls" ? "ssl" : "",
    mail_from_address: from.slice(0, at),
    mail_domain: from.slice(at + 1),
    mail_smtpauth: user !== undefined,
    ...(user === undefined
      ? {}
      : { mail_smtpname: user, mail_smtppassword: new SecretFile(`${secretsFolder}/mail-password`) }),
  };
}

/** Source: nextcloud/user_oidc, README.md at v8.10.1. */
function identityConfig({ name }: Identity): Record<string, PhpValue> {
  return {
    user_oidc: {
      // The default lets whoever is called "admin" at the provider log in as Nextcloud's own "admin".
      soft_auto_provision: false,
      login_label: name,
    },
  };
}

/**
 * PHP sessions in the cache: a restart of the pod logs nobody out. A connection to a proxy that was lost with its node is
 * given up: phpredis waits for a day otherwise. Source: phpredis, README and redis_session.c.
 */
export function sessionIni({ host, port }: CacheConnection, password: string): string {
  const query = `auth=${encodeURIComponent(password)}&timeout=3&read_timeout=${lostServer.answerSeconds}`;
  return [
    "session.save_handler = redis",
    `session.save_path = "tcp://${host}:${port}?${query}"`,
    "redis.session.locking_enabled = 1",
    "redis.session.lock_retries = -1",
    "redis.session.lock_wait_time = 10000",
    "",
  ].join("\n");
}
