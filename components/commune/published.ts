import * as z from "zod";
import type { Path } from "../declaration/position.ts";
import { images } from "../image/catalogue.ts";
import type { CommunePlan } from "./plan.ts";

/** One volume of a commune, and the field that sizes it. */
export interface PlannedVolume {
  name: string;
  sizeGiB: number;
  field: Path;
}

const publishedService = z.object({ version: z.string(), host: z.string(), database: z.string() });

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
    services: Object.fromEntries(
      servicesOf(plan).map(({ service, version, host, database }) => [service, { version, host, database }]),
    ),
    volumes: Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB])),
    postgresql: major,
    seed,
  };
}

/** The services of a plan, with where each keeps its rows. */
export function servicesOf(
  plan: CommunePlan,
): { service: string; version: string; host: string; database: string }[] {
  const shared =
    plan.database && "outside" in plan.database
      ? `${plan.database.outside.host}:${plan.database.outside.port}`
      : "the commune's server";
  return [
    ...(plan.nextcloud
      ? [
          {
            service: "nextcloud",
            version: plan.nextcloud.version,
            host: plan.nextcloud.host,
            database: shared,
          },
        ]
      : []),
  ];
}

/** The volumes of a plan whose size is declared or follows from the declaration. */
export function volumesOf(plan: CommunePlan): PlannedVolume[] {
  return [
    ...(plan.database && "ours" in plan.database
      ? [{ name: "database", sizeGiB: plan.database.ours.storageGiB, field: ["database", "storage"] }]
      : []),
    ...(plan.nextcloud
      ? [{ name: "nextcloud-data", sizeGiB: plan.nextcloud.storageGiB, field: ["nextcloud", "storage"] }]
      : []),
  ];
}
