import type { CacheConnection } from "../cache/contract.ts";
import type { DatabaseConnection } from "../database/contract.ts";
import type { Identity } from "../identity/identity.ts";
import type { Mail } from "../mail/mail.ts";
import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { Metadata } from "../manifest/manifest.ts";
import type { PeerPlaces } from "../network-policy/manifests.ts";
import type { App } from "./apps.ts";
import type { TeamFolder } from "./folders.ts";
import type { PhpValue } from "./php.ts";
import type { NextcloudSize } from "./sizing.ts";

/** Everything that decides what a Nextcloud is made of. */
export interface NextcloudSpec {
  commune: string;
  /** Exact version, for example `33.0.7`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  size: NextcloudSize;
  /** Size of the volume of users' files, GiB. */
  storageGiB: number;
  storageClass: string | undefined;
  /** Space of one user, as Nextcloud writes it: `5 GB` is 5 GiB there. */
  quotaPerUser: string;
  /** Apps that the declaration asks for. */
  apps: readonly App[];
  /** Address of a folder with the apps' archives; GitHub when absent. */
  appMirror: string | undefined;
  /** How messages leave; none are sent when absent. */
  mail?: Mail | undefined;
  /** Who people log in with; accounts of Nextcloud's own when absent. */
  identity?: Identity | undefined;
  /** Where documents are edited together; nowhere when absent. */
  office?: Office | undefined;
  /** What it shares with other communes' Nextclouds. */
  sharing: Sharing;
  settings: Readonly<Record<string, PhpValue>>;
  /** Folders that groups share; none when absent. */
  teamFolders?: readonly TeamFolder[] | undefined;
  /** Where other communes are found. */
  peers: PeerPlaces;
  /** Its database. */
  database: DatabaseConnection;
  /** Its cache, for locks, sessions and cached values. */
  cache: CacheConnection;
  /** Labels that the secrets are derived from: raising a version restarts the pods. */
  secretLabels: readonly string[];
}

/** A Collabora server of the commune's or of its metropolis (decision 0008). */
export interface Office {
  /** Address of the server, without a final slash. */
  server: string;
  /** Addresses that it calls back from; whoever has the token of a document may when there are none. */
  callers: readonly string[];
}

/** What a Nextcloud shares with others, and how often their jobs run. */
export interface Sharing {
  /** Files and folders, with people of trusted and other servers. Nothing leaves or comes in without it. */
  documents: boolean;
  /** Calendars too. */
  agenda: boolean;
  /** Background jobs every so many minutes, 1 to 5: the exchange with a new peer takes three of them. */
  everyMinutes: number;
}

/** The pods that answer requests. */
export function webWorkload(commune: string): Workload {
  return {
    commune,
    service: "nextcloud",
    component: "web",
    software: "nextcloud",
    data: "accounts.documents.agenda.contacts",
  };
}

/** The pods that run background jobs, and fetch apps. */
export function cronWorkload(commune: string): Workload {
  return { ...webWorkload(commune), component: "cron" };
}

/** Every app that the service runs with: those declared, and what the identity provider and the office server need. */
export function appsOf({
  apps,
  identity,
  office,
}: Pick<NextcloudSpec, "apps" | "identity" | "office">): readonly App[] {
  return [
    ...apps,
    ...(identity === undefined ? [] : (["user_oidc"] as const)),
    ...(office === undefined ? [] : (["richdocuments"] as const)),
  ];
}

/** Name, namespace and labels of an object of the service. */
export function metadataOf({ commune }: Pick<NextcloudSpec, "commune">, name: string): Metadata {
  const workload = webWorkload(commune);
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}
