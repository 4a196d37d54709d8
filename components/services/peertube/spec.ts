import { podBaseline } from "../../foundation/manifest/security.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { PeertubePlan } from "./plan.ts";

/** Everything that decides what a PeerTube is made of. */
export interface PeertubeSpec extends Omit<PeertubePlan, keyof OwnServers> {
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  peers: PeerPlaces;
  /** Labels that the secrets are derived from: raising a version restarts the server. */
  secretLabels: readonly string[];
}

/** Port of the server in its pod: only nginx beside it and the kubelet can reach it. */
export const serverPort = 9000;

/** Port on which cameras send live streams, RTMP. */
export const rtmpPort = 1935;

/** Mount path of the volume. Source: PeerTube, support/docker/production/Dockerfile. */
export const dataFolder = "/data";

/** User of the official image; nginx runs as the same user to read its files. Source: the same Dockerfile. */
export const uid = 999;

/** Pod settings that all pods of the service share. */
export const podSpec = podBaseline(uid);
