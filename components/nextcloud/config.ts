import { cacheHost, cachePort } from "../cache/manifests.ts";
import { type PhpValue, SecretFile } from "./php.ts";

/** Where the service's secrets are mounted. */
export const secretsFolder = "/run/secrets/nextcloud";

/** Users' files, outside the web root. Source: Nextcloud's hardening guide. */
export const dataFolder = "/var/www/data";

/** What config.php depends on. */
export interface ConfigSpec {
  host: string;
  /** Passed through from the declaration; wins over everything below. */
  settings: Readonly<Record<string, PhpValue>>;
}

/**
 * The keys that the toolkit sets, in a file of its own beside config.php, which the installer owns.
 * Source: config/config.sample.php of nextcloud/server.
 */
export function nextcloudConfig({ host, settings }: ConfigSpec): Record<string, PhpValue> {
  return {
    trusted_domains: [host],
    // Only the ingress controller can reach the pods, from an address inside the cluster.
    trusted_proxies: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.1"],
    overwriteprotocol: "https",
    // The only source of URLs in cron jobs; peers register exactly this one.
    "overwrite.cli.url": `https://${host}`,
    dbpassword: new SecretFile(`${secretsFolder}/database-password`),
    "memcache.local": "\\OC\\Memcache\\APCu",
    "memcache.distributed": "\\OC\\Memcache\\Redis",
    "memcache.locking": "\\OC\\Memcache\\Redis",
    redis: {
      host: cacheHost("nextcloud"),
      port: cachePort,
      password: new SecretFile(`${secretsFolder}/cache-password`),
      timeout: 3,
    },
    // Volumes are mounted with the group of the pod: their modes are Kubernetes' business.
    check_data_directory_permissions: false,
    // Heavy background jobs from 01:00 UTC, for four hours.
    maintenance_window_start: 1,
    default_language: "fr",
    default_locale: "fr_FR",
    default_phone_region: "FR",
    default_timezone: "Europe/Paris",
    skeletondirectory: "",
    log_type: "errorlog",
    loglevel: 2,
    "upgrade.disable-web": true,
    // No call to a host outside the commune unless someone declares it.
    updatechecker: false,
    has_internet_connection: false,
    "simpleSignUpLink.shown": false,
    ...settings,
  };
}

/** PHP sessions in the cache: a restart of the pod logs nobody out. Source: phpredis, README. */
export function sessionIni(cachePassword: string): string {
  const query = `auth=${encodeURIComponent(cachePassword)}`;
  return [
    "session.save_handler = redis",
    `session.save_path = "tcp://${cacheHost("nextcloud")}:${cachePort}?${query}"`,
    "redis.session.locking_enabled = 1",
    "redis.session.lock_retries = -1",
    "redis.session.lock_wait_time = 10000",
    "",
  ].join("\n");
}
