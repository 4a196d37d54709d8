import type * as z from "zod";
import type { Availability } from "../../foundation/availability/availability.ts";
import { gibibytes } from "../../foundation/declaration/size.ts";
import type { Retirement } from "../../foundation/retirement/declaration.ts";
import { type OwnServers, planOwnServers } from "../../platform/database/plan.ts";
import { type Media, planMedia } from "../../platform/media/plan.ts";
import type { CommuneFacts, HostedAccount } from "../facts.ts";
import type { mastodonSection } from "./declaration.ts";
import { type MastodonSize, mastodonSize } from "./sizing.ts";

/** A Mastodon with every size known; its database, mail, identity and secrets come from elsewhere. */
export interface MastodonPlan extends OwnServers {
  commune: string;
  /** Name of the commune that people read. */
  name: string;
  /** Address at which people reach the commune. */
  contact: string;
  /** Exact version, for example `4.6.5`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  /** Domain of accounts, after the @. It cannot change after the first start. */
  handleDomain: string;
  size: MastodonSize;
  availability: Availability;
  media: Media;
  storageClass: string | undefined;
  registrations: "open" | "approval" | "closed";
  owner: { name: string; email: string };
  publicFeeds: boolean;
  mediaRetentionDays: number;
  /** Passed through to the environment; wins over the toolkit's. */
  settings: Readonly<Record<string, string>>;
  /** Accounts of associations. */
  associations: readonly HostedAccount[];
  /** Inboxes of the relays that public posts are exchanged with. */
  relays: readonly string[];
  /** The volume that media were on before a bucket took its place, while it is kept. */
  formerMedia?: FormerMedia | undefined;
}

/** A volume of media that nothing mounts any more. */
interface FormerMedia {
  sizeGiB: number;
  retirement: Retirement;
}

/** Plans the `mastodon:` section. Pure. */
export function planMastodon(
  mastodon: z.output<typeof mastodonSection>,
  {
    id,
    name,
    domain,
    population,
    contact,
    media,
    federation,
    accounts,
    storageClass,
    ...facts
  }: CommuneFacts,
): MastodonPlan {
  const availability = mastodon.availability ?? facts.availability;
  const size = mastodonSize(mastodon.expectedUsers ?? Math.max(10, Math.round(population / 200)), {
    availability,
    isOnVolume: media === undefined,
  });
  const host = `${mastodon.subdomain}.${domain}`;
  const sizeGiB = mastodon.storage ? gibibytes(mastodon.storage) : size.mediaGiB;
  return {
    commune: id,
    name,
    contact,
    version: mastodon.version,
    host,
    handleDomain: mastodon.handles === "domain" ? domain : host,
    size,
    availability,
    media: planMedia(media, "mastodon", { sizeGiB, storageClass }),
    formerMedia: mastodon.formerVolume && { sizeGiB, retirement: mastodon.formerVolume },
    storageClass,
    registrations: mastodon.registrations,
    owner: { name: mastodon.owner.name, email: mastodon.owner.email ?? contact },
    publicFeeds: mastodon.publicFeeds,
    associations: accounts.filter(({ service }) => service === "mastodon"),
    relays: federation?.relays ?? [],
    mediaRetentionDays: Math.ceil(mastodon.mediaRetention.seconds / 86_400),
    settings: Object.fromEntries(
      Object.entries(mastodon.settings).map(([key, value]) => [key, String(value)]),
    ),
    ...planOwnServers({ commune: id, service: "mastodon" }, mastodon.dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}
