import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What Paheko can keep: each member sees what concerns them, and what the board lets them see. */
export const pahekoAccesses = ["members"] as const;

/** The `paheko:` section of a tenant: memberships, their fees and accounts. */
export const pahekoSection = section({
  access: choice(pahekoAccesses)
    .prefault("members")
    .describe(
      "Who may read: the board, and members to whom a program gives a password by Paheko's interface for programs. In its pages a password comes by mail alone, and none is sent here.",
    ),
  subdomain: identifier({ noun: "a name", title: "name", example: "membres" })
    .prefault("asso")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for all that it keeps, its documents too. It cannot shrink."),
});

export type PahekoSection = z.output<typeof pahekoSection>;
