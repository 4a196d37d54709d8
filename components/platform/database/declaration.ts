import * as z from "zod";
import { availability } from "../../foundation/availability/declaration.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { domain } from "../../foundation/declaration/domain.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { communeId } from "../../foundation/declaration/identifier.ts";
import { instant } from "../../foundation/declaration/instant.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { postgresqlMajors } from "../../foundation/image/catalogue.ts";

import { retirementSection } from "../../foundation/retirement/declaration.ts";

/** Version of a PostgreSQL server of ours. */
const versionFields = {
  version: choice(postgresqlMajors)
    .prefault("17")
    .describe("Major version of PostgreSQL. A newer one than runs needs `upgradeFrom`; never back."),
  upgradeFrom: choice(postgresqlMajors)
    .optional()
    .describe(
      "Major version that the data still has. The server dumps it and restores it into its own before it starts, while services wait (docs/database.md). Taken out again afterwards.",
    ),
};

/** Fields that every server of the commune's has. */
const serverFields = {
  ...versionFields,
  availability: availability()
    .optional()
    .describe(
      "What the server tolerates, where it is not what the commune declares: nothing (`single`), or the loss of one node (`node-loss`: three servers, docs/database.md). A server that has rows keeps it; they move to another server.",
    ),
  restoreFrom: section({
    vault: communeId().describe("Who keeps the copies that it is restored from: one of `recovery.vaults`."),
    at: instant().describe(
      "The moment that it goes back to, in UTC and on the server's clock. `npx commune recovery status` says which ones there are.",
    ),
    undo: flag()
      .prefault(false)
      .describe(
        "Whether the server is put back as it was before this restore. Its data is beside it until then.",
      ),
  })
    .optional()
    .describe(
      "The server goes back to a moment, with all of its databases: restored beside what is there, then put in its place with one restart. Done once; it may stay written (docs/recovery.md).",
    ),
  retired: retirementSection
    .optional()
    .describe(
      "The server of ours that nothing uses any more, since rows were moved elsewhere: it stays until it is released (docs/retirement.md).",
    ),
};

interface Versions {
  version: (typeof postgresqlMajors)[number];
  upgradeFrom?: (typeof postgresqlMajors)[number] | undefined;
}

/** Data only goes to a newer version. */
const upgradesForward = z.check<Versions>(({ value, issues }) => {
  const { version, upgradeFrom } = value;
  if (upgradeFrom === undefined || Number(upgradeFrom) < Number(version)) return;
  issues.push({
    code: "custom",
    input: upgradeFrom,
    path: ["upgradeFrom"],
    message: `"${upgradeFrom}" is not older than the version "${version}". Write the version that the data has, or take it out.`,
  });
});

/**
 * The `database:` section: the PostgreSQL server that the commune's services share.
 *
 * @param services those that keep rows: each has a role and a database that are named like it.
 */
export const databaseSection = <const Names extends readonly [string, ...string[]]>(services: Names) =>
  section({
    ...serverFields,
    memory: size({ minimum: "256 MiB", maximum: "256 GiB", example: "1 GiB" })
      .optional()
      .describe("Memory of the server. Sized by the services that use it when absent."),
    storage: size({ minimum: "1 GiB", maximum: "64 TiB", example: "20 GiB" })
      .prefault("20 GiB")
      .describe("Volume of the server. It cannot shrink."),
    external: section({
      host: domain({ example: "postgresql.villeurbanne.fr" }).describe("Host of the server."),
      port: count({ minimum: 1, maximum: 65_535, example: 5432 }).prefault(5432).describe("Its TCP port."),
      encryption: choice(["verify-full", "require"])
        .prefault("verify-full")
        .describe("Whether the server's certificate is checked. Connections are always encrypted."),
      replication: flag()
        .prefault(false)
        .describe(
          "Whether its operator lets the role `keeper` have the server's log (docs/recovery.md). Otherwise each database is copied once a day, and up to a day of it can be lost.",
        ),
    })
      .optional()
      .describe(
        "A server that somebody else runs, instead of ours. It has a role and a database per service; their passwords are the stack's secrets `commune:database-<service>-password`.",
      ),
    drop: list(choice(services), { noun: "services" })
      .prefault([])
      .describe(
        "Services whose rows and role are removed from our server, for good: they moved elsewhere, or left where data is disposable (docs/retirement.md).",
      ),
  }).check(upgradesForward);

/** The `dedicatedDatabase:` field of a service. */
export const serviceDatabaseSection = section({
  ...serverFields,
  memory: size({ minimum: "256 MiB", maximum: "256 GiB", example: "1 GiB" })
    .optional()
    .describe("Memory of the service's own server. Sized by the service when absent."),
  storage: size({ minimum: "1 GiB", maximum: "64 TiB", example: "20 GiB" })
    .prefault("20 GiB")
    .describe("Volume of the service's own server. It cannot shrink."),
}).check(upgradesForward);

/** The `postgresql:` field of an association. */
export const associationDatabaseSection = section({
  ...versionFields,
  memory: size({ minimum: "256 MiB", maximum: "64 GiB", example: "512 MiB" })
    .prefault("256 MiB")
    .describe("Memory of the server."),
  storage: size({ minimum: "1 GiB", maximum: "10 TiB", example: "10 GiB" })
    .prefault("5 GiB")
    .describe("Volume for its rows. It cannot shrink."),
}).check(upgradesForward);
