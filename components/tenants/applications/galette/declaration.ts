import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What Galette can keep: each member sees what concerns them, and what the board lets them see. */
export const galetteAccesses = ["members"] as const;

/** The `galette:` section of a tenant: memberships and their fees. */
export const galetteSection = section({
  access: choice(galetteAccesses)
    .prefault("members")
    .describe(
      "Who may read: members, each with an account that the board makes; what each may see is said in Galette.",
    ),
  subdomain: identifier({ noun: "a name", title: "name", example: "membres" })
    .prefault("adhesions")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for photographs and documents. It cannot shrink."),
});

export type GaletteSection = z.output<typeof galetteSection>;
