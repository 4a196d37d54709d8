import yaml from "js-yaml";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import { instanceConfiguration } from "./instance.ts";
import { merged, type SettingTree } from "./settings.ts";
import { dataFolder, type PeertubeSpec, serverPort } from "./spec.ts";
import { storageConfiguration } from "./storage.ts";
import { transcodingConfiguration } from "./transcoding.ts";

/**
 * PeerTube's production.yaml: what differs from upstream's defaults, then what the commune declares. Passwords and
 * keys are never in it; they come by the environment (environment.ts).
 *
 * Source of the names: test/upstream/peertube-8.3.config-keys.txt, which a test holds them to.
 */
export function peertubeConfiguration(spec: PeertubeSpec): SettingTree {
  return merged(
    {
      ...places(spec),
      ...storageConfiguration(spec),
      ...transcodingConfiguration(spec),
      ...instanceConfiguration(spec),
      ...federation(spec),
      ...soberness(spec),
    },
    spec.settings,
  );
}

/** The configuration as the file that PeerTube reads. */
export function configurationFile(spec: PeertubeSpec): string {
  return yaml.dump(peertubeConfiguration(spec), { lineWidth: -1, noRefs: true });
}

/** Returns the addresses at which the server is reached, and those of what it needs. */
function places({ host, database, cache, mail, size }: PeertubeSpec): SettingTree {
  return {
    // No name means every address, of IPv4 and IPv6.
    listen: { hostname: "", port: serverPort },
    webserver: { https: true, hostname: host, port: 443 },
    // nginx in the same pod, and the kubelet, which asks the server itself.
    trust_proxy: ["loopback", "linklocal", "uniquelocal"],
    database: { ...databaseSettings(database), pool: { max: size.databaseConnections } },
    redis: { hostname: cache.host, port: cache.port },
    ...(mail === undefined ? {} : { smtp: smtpSettings(mail) }),
  };
}

function databaseSettings({ host, port, database, sslMode }: DatabaseConnection): SettingTree {
  return {
    hostname: host,
    port,
    name: database,
    username: database,
    ssl: sslMode !== "disable",
    ...(sslMode === "disable" ? {} : { ssl_settings: { reject_unauthorized: sslMode === "verify-full" } }),
  };
}

function smtpSettings({ host, port, user, from, encryption }: Mail): SettingTree {
  return {
    hostname: host,
    port,
    username: user ?? null,
    tls: encryption === "tls",
    disable_starttls: encryption === "none",
    from_address: from,
  };
}

/** Returns the settings towards other servers: any may follow, none is followed or copied unasked. */
function federation({ peers, copiesGiB, videoIndex }: PeertubeSpec): SettingTree {
  return {
    // All or nothing. Where peers are in private ranges, the network policy limits which ones can be reached.
    federation: { prevent_ssrf: peers.privatePeers.length === 0 },
    followers: { instance: { enabled: true, manual_approval: false } },
    followings: {
      instance: { auto_follow_back: { enabled: false }, auto_follow_index: { enabled: false } },
    },
    ...(copiesGiB > 0
      ? {
          redundancy: {
            videos: {
              // Of servers that the reconciler names; PeerTube's "GB" is a gibibyte. Source: server/core/helpers/core-utils.ts.
              strategies: [{ size: `${copiesGiB}GB`, min_lifetime: "48 hours", strategy: "most-views" }],
            },
          },
        }
      : {}),
    remote_redundancy: { videos: { accept_from: "followings" } },
    search: {
      remote_uri: { users: true, anonymous: false },
      // Its own search stays the first: an index that is unavailable fails its own searches alone.
      // Source: server/core/lib/search.ts, server/core/controllers/api/search.
      search_index:
        videoIndex === undefined
          ? { enabled: false }
          : { enabled: true, url: videoIndex, disable_local_search: false, is_default_search: false },
    },
  };
}

/** Whether a version has what came with a minor one: of a name that it does not know PeerTube says nothing. */
function isFrom(version: string, major: number, minor: number): boolean {
  const [own = 0, second = 0] = version.split(".").map(Number);
  return own > major || (own === major && second >= minor);
}

/** Returns the settings that limit what it asks of others, keeps and logs. */
function soberness({ p2p, version }: PeertubeSpec): SettingTree {
  return {
    webadmin: { configuration: { edition: { allowed: false } } },
    // Nobody is told that this server exists, and nothing is downloaded at run time.
    peertube: { check_latest_version: { enabled: false } },
    plugins: { index: { enabled: false } },
    geo_ip: { enabled: false },
    import: {
      videos: { http: { enabled: false }, torrent: { enabled: false } },
      video_channel_synchronization: { enabled: false },
    },
    // The tracker introduces viewers to each other; STUN servers learn their addresses.
    tracker: { enabled: p2p },
    webrtc: { stun_servers: p2p ? ["stun:stun.framasoft.org"] : [] },
    log: {
      // At `info` PeerTube prints root's password when it starts for the first time.
      level: "warn",
      rotation: { max_file_size: "10MB", max_files: 5 },
      anonymize_ip: true,
      log_ping_requests: false,
      log_tracker_unknown_infohash: false,
      log_http_requests: false,
      accept_client_log: false,
    },
    views: { videos: { watching_interval: { anonymous: "30 seconds", users: "30 seconds" } } },
    history: { videos: { max_age: "180 days" } },
    rates_limit: {
      // A school or the town hall comes from one address.
      api: { max: 200 },
      ...(isFrom(version, 8, 3) && { login_lockout: { enabled: true } }),
    },
  };
}

/** Path of the configuration in the container. `/config` is read last. Source: the image's NODE_CONFIG_DIR. */
export const configurationPath = "/config/production.yaml";

/** Folder in which the scripts that an upgrade needs leave a mark when they are done. */
export const marksFolder = `${dataFolder}/commune-scripts`;
