import type { CacheConnection } from "../cache/contract.ts";
import type { DatabaseConnection } from "../database/contract.ts";
import type { Identity } from "../identity/identity.ts";
import type { Mail } from "../mail/mail.ts";
import { labelsOf, namespaceOf, type Workload, type Workloads } from "../manifest/labels.ts";
import type { Metadata } from "../manifest/manifest.ts";
import type { Media } from "../media/media.ts";
import type { MastodonSize } from "./sizing.ts";

/** Everything that decides what a Mastodon is made of. */
export interface MastodonSpec {
  commune: string;
  /** Name of the commune that people read. */
  name: string;
  /** Where people reach the commune. */
  contact: string;
  /** Exact version, for example `4.6.5`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  /** What stands after the @ of accounts. It cannot change after the first start. */
  handleDomain: string;
  size: MastodonSize;
  media: Media;
  storageClass: string | undefined;
  registrations: "open" | "approval" | "closed";
  owner: { name: string; email: string };
  publicFeeds: boolean;
  mediaRetentionDays: number;
  /** Passed through to the environment; wins over the toolkit's. */
  settings: Readonly<Record<string, string>>;
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  identity: Identity | undefined;
  /** Private address ranges (CIDR) in which peers are found. */
  privatePeers: readonly string[];
  /** Certificate authority of peers, PEM, beside the system's. */
  authority: string | undefined;
  /** Inboxes of the relays that public posts are exchanged with. */
  relays: readonly string[];
  /** Labels of the derived secrets and names of the given ones: a change restarts the pods. */
  secretLabels: readonly string[];
}

/** A part of the service, for labels and network openings. */
export function partOf(commune: string, component: MastodonPart): Workload {
  return {
    commune,
    service: "mastodon",
    component,
    software: "mastodon",
    data: "accounts.posts.messages.media",
  };
}

/** Some parts of the service. */
export function partsOf(
  commune: string,
  [first, ...others]: readonly [MastodonPart, ...MastodonPart[]],
): Workloads {
  return [partOf(commune, first), ...others.map((other) => partOf(commune, other))];
}

/** The parts of the service that run Mastodon's code. */
export const mastodonParts = ["web", "streaming", "sidekiq", "scheduler", "job"] as const;
export type MastodonPart = (typeof mastodonParts)[number];

/** Name, place and labels of one object of a part. */
export function metadataOf(commune: string, part: MastodonPart, name: string): Metadata {
  const workload = partOf(commune, part);
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}
