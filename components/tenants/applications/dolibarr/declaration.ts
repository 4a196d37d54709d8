import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What Dolibarr can keep: nothing without an account, and with one what the board lets somebody see. */
export const dolibarrAccesses = ["members"] as const;

/** The `dolibarr:` section of a tenant: memberships, accounts and invoices. */
export const dolibarrSection = section({
  access: choice(dolibarrAccesses)
    .prefault("members")
    .describe(
      "Who may read: members, each with an account that the board makes; what each may see is said in Dolibarr.",
    ),
  subdomain: identifier({ noun: "a name", title: "name", example: "comptes" })
    .prefault("gestion")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for documents. It cannot shrink."),
});

export type DolibarrSection = z.output<typeof dolibarrSection>;
