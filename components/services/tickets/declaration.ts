import { identifier } from "../../foundation/declaration/identifier.ts";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../platform/database/declaration.ts";

/** The `tickets:` section: ticketing for the associations that the commune hosts. Which of them sell, their own files say. */
export const ticketsSection = section({
  version: version({
    example: "2026.8.0",
    only: { major: 2026, reason: "no later one was released when this was written" },
  })
    .prefault("2026.8.0")
    .describe("Version of pretix. Never back."),
  subdomain: identifier({ noun: "a name", title: "name", example: "billets" })
    .prefault("billets")
    .describe("Public address below the commune's domain. It cannot change after the first start."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "5 GiB" })
    .prefault("5 GiB")
    .describe("Volume for pictures, invoices and tickets that were made. It cannot shrink."),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A PostgreSQL server for ticketing alone. It shares the commune's when absent."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: nothing is sold or shown, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
