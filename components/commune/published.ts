import * as z from "zod";
import type { Path } from "../declaration/position.ts";
import { mastodonKeys } from "../mastodon/keys.ts";
import type { Media } from "../media/media.ts";
import { peertubeKey } from "../peertube/keys.ts";
import { libraryVolume } from "../schools/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import { type CommunePlan, databaseServersOf, type PlannedService, plannedServices } from "./plan.ts";

/** One volume of a commune, and the field that sizes it. */
export interface PlannedVolume {
  name: string;
  sizeGiB: number;
  field: Path;
}

const publishedService = z.object({
  version: z.string(),
  host: z.string(),
  /** Domain in the addresses of accounts, where a service has such addresses. */
  handles: z.string().optional(),
  /** Where rows are. */
  database: z.string(),
  /** Where files are. */
  media: z.string(),
  /** Labels of the keys that a service keeps for ever. */
  keys: z.array(z.string()).default([]),
});

/** What cannot simply become something else about one service. */
export type PublishedService = z.output<typeof publishedService>;

const publishedSchema = z.object({
  services: z.record(z.string(), publishedService),
  volumes: z.record(z.string(), z.number()),
  /** Major version of each database server's data; one for all in what stacks said before 25 November 2026. */
  postgresql: z.union([
    z.record(z.string(), z.string()),
    z.string().transform((major): Record<string, string> => ({ database: major })),
  ]),
  /** Names that are built into what is outside: the points of the public Wi-Fi, the schools' computers. */
  names: z.record(z.string(), z.string()).default({}),
  /** Tells two seeds apart without telling either. */
  seed: z.string(),
});

/**
 * What a stack says of itself after an update, for the next one to compare with: everything that cannot simply
 * become something else. It is the stack output `published`.
 */
export type Published = z.output<typeof publishedSchema>;

/** Reads a stack's output `published`; nothing when it is of a form that this version does not know. */
export function readPublished(output: unknown): Published | undefined {
  const read = publishedSchema.safeParse(output);
  return read.success ? read.data : undefined;
}

/** What a plan comes to, in the terms that later changes are judged by. */
export function published(plan: CommunePlan, seed: string): Published {
  return {
    services: Object.fromEntries(servicesOf(plan).map(({ service, ...facts }) => [service, facts])),
    volumes: Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB])),
    postgresql: Object.fromEntries(
      databaseServersOf(plan).map(({ server: { server, major } }) => [server, major]),
    ),
    names: namesOf(plan),
    seed,
  };
}

/** Names that things outside the cluster have built in, by section of the declaration. */
export function namesOf({ hotspots, schools }: CommunePlan): Record<string, string> {
  return {
    ...(hotspots && { hotspots: hotspots.host }),
    ...(schools && { schools: schools.host }),
  };
}

/** What each service encrypts with, as long as it lives. Nextcloud makes its own secret, in config.php. */
const keys: Record<PlannedService["service"], readonly Label[]> = {
  nextcloud: [],
  mastodon: Object.values(mastodonKeys),
  peertube: [peertubeKey],
};

/** The services of a plan, each with what it would publish. */
export function servicesOf(plan: CommunePlan): ({ service: string } & PublishedService)[] {
  const { database, mastodon, peertube } = plan;
  const shared =
    database && "outside" in database
      ? `${database.outside.host}:${database.outside.port}`
      : "the commune's server";
  const media = { nextcloud: undefined, mastodon: mastodon?.media, peertube: peertube?.media };
  return plannedServices(plan).map(({ service, plan: { version, host }, dedicatedDatabase }) => ({
    service,
    version,
    host,
    ...(service === "mastodon" && mastodon ? { handles: mastodon.handleDomain } : {}),
    database: dedicatedDatabase ? "a server of its own" : shared,
    media: media[service] ? mediaPlace(media[service]) : "a volume",
    keys: keys[service].map(labelText),
  }));
}

function mediaPlace(media: Media): string {
  return media.kind === "volume" ? "a volume" : `${media.endpoint}/${media.bucket}/${media.prefix}`;
}

/** The volumes of a plan whose size is declared or follows from the declaration. */
export function volumesOf(plan: CommunePlan): PlannedVolume[] {
  const { nextcloud, mastodon, peertube, schools } = plan;
  return [
    ...databaseServersOf(plan).map(({ field, server: { server, storageGiB } }) => ({
      name: server,
      sizeGiB: storageGiB,
      field: [...field, "storage"],
    })),
    ...(nextcloud
      ? [{ name: "nextcloud-data", sizeGiB: nextcloud.storageGiB, field: ["nextcloud", "storage"] }]
      : []),
    ...(mastodon?.media.kind === "volume"
      ? [{ name: "mastodon-media", sizeGiB: mastodon.media.sizeGiB, field: ["mastodon", "storage"] }]
      : []),
    ...(mastodon
      ? [{ name: "mastodon-cache", sizeGiB: mastodon.size.cacheGiB, field: ["mastodon", "expectedUsers"] }]
      : []),
    ...(peertube
      ? [
          { name: "peertube-data", sizeGiB: peertube.storageGiB, field: ["peertube", "storage"] },
          { name: "peertube-cache", sizeGiB: peertube.size.cacheGiB, field: ["peertube", "expectedViewers"] },
        ]
      : []),
    ...(schools ? [{ name: libraryVolume, sizeGiB: schools.storageGiB, field: ["schools", "storage"] }] : []),
  ];
}
