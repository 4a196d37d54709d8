import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";

/** The `mariadb:` section of a commune's `tenants:`: the server that associations' applications share. */
export const mariadbSection = section({
  memory: size({ minimum: "256 MiB", maximum: "64 GiB", example: "1 GiB" })
    .prefault("512 MiB")
    .describe("Memory of the server. How many databases it has room for follows from it."),
  storage: size({ minimum: "1 GiB", maximum: "10 TiB", example: "20 GiB" })
    .prefault("10 GiB")
    .describe("Volume for the rows of all. It cannot shrink."),
  retired: retirementSection
    .optional()
    .describe(
      "No association uses it any more: it runs no more, and its volume stays until it is released (docs/retirement.md).",
    ),
});

export type MariadbDeclaration = z.output<typeof mariadbSection>;
