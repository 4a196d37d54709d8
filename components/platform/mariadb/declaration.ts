import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";

const memory = size({ minimum: "256 MiB", maximum: "64 GiB", example: "1 GiB" });
const storage = size({ minimum: "1 GiB", maximum: "10 TiB", example: "20 GiB" });

/** The `mariadb:` section of a commune's `tenants:`: the server that associations' applications share. */
export const mariadbSection = section({
  memory: memory
    .prefault("512 MiB")
    .describe("Memory of the server. How many databases it has room for follows from it."),
  storage: storage.prefault("10 GiB").describe("Volume for the rows of all. It cannot shrink."),
  retired: retirementSection
    .optional()
    .describe(
      "No association uses it any more: it runs no more, and its volume stays until it is released (docs/retirement.md).",
    ),
});

export type MariadbDeclaration = z.output<typeof mariadbSection>;

/** The `dedicatedDatabase:` section of an association: a server that nobody else is on. */
export const dedicatedMariadbSection = section({
  memory: memory.prefault("256 MiB").describe("Memory of the server."),
  storage: storage.prefault("5 GiB").describe("Volume for its rows. It cannot shrink."),
});

export type DedicatedMariadbDeclaration = z.output<typeof dedicatedMariadbSection>;
