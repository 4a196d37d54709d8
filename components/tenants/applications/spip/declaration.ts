import type * as z from "zod";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { line } from "../../../foundation/declaration/line.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";
import { access } from "../access.ts";

/** The `spip:` section of a tenant: a site of articles in sections. */
export const spipSection = section({
  access: access()
    .prefault("public")
    .describe(
      "Who may read it: public, members (who has an account in it; where the commune has a login of its own, the association's members) or admins.",
    ),
  title: line({ maximumLength: 80, example: "Chorale des Gratte-Ciel" })
    .optional()
    .describe("Name of the site. The association's name when absent."),
  subdomain: identifier({ noun: "a name", title: "name", example: "revue" })
    .prefault("journal")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for pictures, documents and what is computed of them. It cannot shrink."),
});

export type SpipSection = z.output<typeof spipSection>;
