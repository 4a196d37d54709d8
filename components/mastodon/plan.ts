import type * as z from "zod";
import type { DatabaseSpec } from "../database/manifests.ts";
import { planServer } from "../database/plan.ts";
import { gibibytes } from "../declaration/size.ts";
import type { mediaSection } from "../media/declaration.ts";
import { planMedia } from "../media/media.ts";
import type { Site } from "../site/site.ts";
import type { mastodonSection } from "./declaration.ts";
import { mastodonSize } from "./sizing.ts";
import type { MastodonSpec } from "./spec.ts";

/** A Mastodon with every size known; its database, mail, identity and secrets come from elsewhere. */
export interface MastodonPlan
  extends Omit<
    MastodonSpec,
    "database" | "cache" | "mail" | "identity" | "privatePeers" | "authority" | "secretLabels"
  > {
  /** The database server of its own, when it has one. */
  dedicatedDatabase: DatabaseSpec | undefined;
}

/** What a Mastodon depends on in the declaration of a commune. */
export interface MastodonDeclaration {
  id: string;
  name: string;
  domain: string;
  population: number;
  contact: string;
  media?: z.output<typeof mediaSection> | undefined;
  federation?: { relays: readonly string[] } | undefined;
  mastodon?: z.output<typeof mastodonSection> | undefined;
}

/** What the `mastodon:` section comes to; nothing when the commune has none. */
export function planMastodon(
  { id, name, domain, population, contact, media, mastodon, federation }: MastodonDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): MastodonPlan | undefined {
  if (mastodon === undefined) return undefined;
  const size = mastodonSize(mastodon.expectedUsers ?? Math.max(10, Math.round(population / 200)));
  const host = `${mastodon.subdomain}.${domain}`;
  return {
    commune: id,
    name,
    contact,
    version: mastodon.version,
    host,
    handleDomain: mastodon.handles === "domain" ? domain : host,
    size,
    media: planMedia(media, "mastodon", {
      sizeGiB: mastodon.storage ? gibibytes(mastodon.storage) : size.mediaGiB,
      storageClass,
    }),
    storageClass,
    registrations: mastodon.registrations,
    owner: { name: mastodon.owner.name, email: mastodon.owner.email ?? contact },
    publicFeeds: mastodon.publicFeeds,
    relays: federation?.relays ?? [],
    mediaRetentionDays: Math.ceil(mastodon.mediaRetention.seconds / 86_400),
    settings: Object.fromEntries(
      Object.entries(mastodon.settings).map(([key, value]) => [key, String(value)]),
    ),
    dedicatedDatabase:
      mastodon.dedicatedDatabase &&
      planServer({ commune: id, server: "mastodon-database" }, mastodon.dedicatedDatabase, size.databaseMiB, {
        storageClass,
      }),
  };
}
