import type * as z from "zod";
import { folder } from "../../../foundation/declaration/folder.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { access } from "../access.ts";

/** The `site:` section of a tenant: pages that are files. */
export const siteSection = section({
  access: access()
    .prefault("public")
    .describe(
      "Who may read it: public; or members or admins, groups of the commune's directory, where the commune has a login of its own (docs/identity.md).",
    ),
  folder: folder({ example: "chorale" })
    .optional()
    .describe(
      "Folder beside the tenant's file with its pages, `index.html` among them, of 512 KiB together. One page with the association's name and mailbox when absent.",
    ),
});

export type SiteSection = z.output<typeof siteSection>;
