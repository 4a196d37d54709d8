import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What GRR can keep: who books has an account, and the board says who may book what. */
export const grrAccesses = ["members"] as const;

/** The `grr:` section of a tenant: rooms and things that people book. */
export const grrSection = section({
  access: choice(grrAccesses)
    .prefault("members")
    .describe(
      "Who may read: members, each with an account that the board makes; what each may book is said in GRR.",
    ),
  subdomain: identifier({ noun: "a name", title: "name", example: "reserver" })
    .prefault("salles")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for pictures and documents. It cannot shrink."),
});

export type GrrSection = z.output<typeof grrSection>;
