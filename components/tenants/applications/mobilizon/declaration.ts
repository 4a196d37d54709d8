import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { line } from "../../../foundation/declaration/line.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What Mobilizon can keep: an agenda is for everybody; who writes in it has an account. */
export const mobilizonAccesses = ["public"] as const;

/** The `mobilizon:` section of a tenant: an agenda of events. */
export const mobilizonSection = section({
  access: choice(mobilizonAccesses)
    .prefault("public")
    .describe("Who may read: everybody. Who writes has an account."),
  title: line({ maximumLength: 80, example: "Agenda de la chorale" })
    .optional()
    .describe("Name that its pages have. The association's name when absent."),
  subdomain: identifier({ noun: "a name", title: "name", example: "evenements" })
    .prefault("agenda-public")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for pictures. It cannot shrink."),
});

export type MobilizonSection = z.output<typeof mobilizonSection>;
