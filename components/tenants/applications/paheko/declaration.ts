import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/**
 * What Paheko can keep: the account that the board begins with is the only one. Whoever else would log in gets their password
 * by a mail, and Paheko sends none here. Source: https://github.com/paheko/paheko/blob/trunk/src/templates/users/edit_security.tpl
 */
export const pahekoAccesses = ["admins"] as const;

/** The `paheko:` section of a tenant: memberships, their fees and accounts. */
export const pahekoSection = section({
  access: choice(pahekoAccesses)
    .prefault("admins")
    .describe(
      "Who may read: admins, with the one account that the board has. Members would get their passwords by mail, which Paheko does not send here.",
    ),
  subdomain: identifier({ noun: "a name", title: "name", example: "membres" })
    .prefault("asso")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for all that it keeps, its documents too. It cannot shrink."),
});

export type PahekoSection = z.output<typeof pahekoSection>;
