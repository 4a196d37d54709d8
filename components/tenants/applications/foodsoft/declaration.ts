import type * as z from "zod";
import { choice } from "../../../foundation/declaration/choice.ts";
import { identifier } from "../../../foundation/declaration/identifier.ts";
import { line } from "../../../foundation/declaration/line.ts";
import { section } from "../../../foundation/declaration/section.ts";
import { size } from "../../../foundation/declaration/size.ts";

/** What Foodsoft can keep: who orders has an account, and the board says who may do what. */
export const foodsoftAccesses = ["members"] as const;

/** The `foodsoft:` section of a tenant: orders that members place together with producers. */
export const foodsoftSection = section({
  access: choice(foodsoftAccesses)
    .prefault("members")
    .describe("Who may read: members, each with an account that the board makes."),
  title: line({ maximumLength: 80, example: "Panier de la chorale" })
    .optional()
    .describe("Name that its pages have. The association's name when absent."),
  subdomain: identifier({ noun: "a name", title: "name", example: "paniers" })
    .prefault("commandes")
    .describe("Public address below the tenant's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("1 GiB")
    .describe("Volume for what people attach. It cannot shrink."),
});

export type FoodsoftSection = z.output<typeof foodsoftSection>;
