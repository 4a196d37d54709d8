import type * as z from "zod";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";
import { access } from "../access.ts";

/** The `radicale:` section of a tenant: an agenda and contacts, kept in step with telephones. */
export const radicaleSection = section({
  access: access().describe(
    "Who may read: public (the agenda, never the contacts), members (agenda and contacts, with an account that they share; in a browser with their own, where the commune has a login of its own, and on telephones where it has pages of accounts) or admins. Only the association's board writes.",
  ),
  subdomain: identifier({ noun: "a name", title: "name", example: "agenda" })
    .prefault("agenda")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for events and contacts. It cannot shrink."),
});

export type RadicaleSection = z.output<typeof radicaleSection>;
