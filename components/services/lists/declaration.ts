import { identifier } from "../../foundation/declaration/identifier.ts";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../platform/database/declaration.ts";

/** The `lists:` section: mailing lists of the associations that the commune hosts. What lists there are, their own files say. */
export const listsSection = section({
  version: version({
    example: "6.2.76",
    only: { major: 6, reason: "no later one was released when this was written" },
  })
    .prefault("6.2.76")
    .describe("Version of Sympa, as Debian 13 has it. Never back."),
  subdomain: identifier({ noun: "a name", title: "name", example: "listes" })
    .prefault("listes")
    .describe(
      "Public address below the commune's domain of the page that says how lists are used. It cannot change after the first start.",
    ),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "5 GiB" })
    .prefault("5 GiB")
    .describe("Volume for messages that wait: for an owner, for a relay. It cannot shrink."),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A PostgreSQL server for lists alone. They share the commune's when absent."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires them: no message is taken or sent, and their data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
