import * as z from "zod";
import type { Path } from "../declaration/position.ts";
import { images } from "../image/catalogue.ts";
import type { Media } from "../media/media.ts";
import { libraryVolume } from "../schools/manifests.ts";
import { type CommunePlan, plannedServices } from "./plan.ts";

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
});

/** What cannot simply become something else about one service. */
export type PublishedService = z.output<typeof publishedService>;

const publishedSchema = z.object({
  services: z.record(z.string(), publishedService),
  volumes: z.record(z.string(), z.number()),
  /** Major version of the server's data format. */
  postgresql: z.string(),
  /** Tells two seeds apart without telling either. */
  seed: z.string(),
});

/**
 * What a stack says of itself after an update, for the next one to compare with: everything that cannot simply
 * become something else. It is the stack output `published`.
 */
export type Published = z.output<typeof publishedSchema>;

/** Reads a stack's output `published`; nothing when the stack has none yet. */
export function readPublished(output: unknown): Published | undefined {
  const read = publishedSchema.safeParse(output);
  return read.success ? read.data : undefined;
}

/** What a plan comes to, in the terms that later changes are judged by. */
export function published(plan: CommunePlan, seed: string): Published {
  const [, major = ""] = /:(\d+)/.exec(images.postgresql.reference) ?? [];
  return {
    services: Object.fromEntries(servicesOf(plan).map(({ service, ...facts }) => [service, facts])),
    volumes: Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB])),
    postgresql: major,
    seed,
  };
}

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
  }));
}

function mediaPlace(media: Media): string {
  return media.kind === "volume" ? "a volume" : `${media.endpoint}/${media.bucket}/${media.prefix}`;
}

/** The volumes of a plan whose size is declared or follows from the declaration. */
export function volumesOf(plan: CommunePlan): PlannedVolume[] {
  const { database, nextcloud, mastodon, peertube, schools } = plan;
  const own = plannedServices(plan).flatMap(({ service, dedicatedDatabase }) =>
    dedicatedDatabase
      ? [
          {
            name: dedicatedDatabase.server,
            sizeGiB: dedicatedDatabase.storageGiB,
            field: [service, "dedicatedDatabase", "storage"],
          },
        ]
      : [],
  );
  return [
    ...(database && "ours" in database
      ? [{ name: "database", sizeGiB: database.ours.storageGiB, field: ["database", "storage"] }]
      : []),
    ...own,
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
