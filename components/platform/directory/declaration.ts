import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";

/** The `directory:` section: the people of a commune and of its associations, and the groups that they are in. */
export const directorySection = section({
  storage: size({ minimum: "1 GiB", maximum: "100 GiB", example: "1 GiB" })
    .prefault("1 GiB")
    .describe("Volume for the entries: a gibibyte has room for 100,000 people. It cannot shrink."),
  retired: retirementSection
    .optional()
    .describe(
      "Nobody is looked up in it any more: it runs no more, and its volume stays until it is released (docs/retirement.md).",
    ),
});

export type DirectoryDeclaration = z.output<typeof directorySection>;
