import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { line } from "../../../foundation/declaration/line.ts";
import { section } from "../../../foundation/declaration/section.ts";

/** The accesses that Etherpad can keep: who may read a pad may write in it, so that a public one is anybody's. */
export const etherpadAccesses = ["members", "admins"] as const;

/** The `etherpad:` section of a tenant: texts that several people write at once. */
export const etherpadSection = section({
  access: choice(etherpadAccesses).describe(
    "Who may read and write: members (with an account that they share) or admins. Never everybody: who may read a pad may write in it.",
  ),
  title: line({ maximumLength: 80, example: "Chorale des Gratte-Ciel" })
    .optional()
    .describe("Name that its pages have. The association's name when absent."),
  subdomain: identifier({ noun: "a name", title: "name", example: "textes" })
    .prefault("pad")
    .describe("Public address below the tenant's domain."),
});

export type EtherpadSection = z.output<typeof etherpadSection>;
