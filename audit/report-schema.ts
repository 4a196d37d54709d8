import * as z from "zod";
import { effects, interruptions } from "../components/commune/changes/effect.ts";
import { communeId } from "../components/foundation/declaration/identifier.ts";
import { languages } from "../components/foundation/language/language.ts";
import { needs } from "./approval/needs.ts";
import { planSchema } from "./approval/plan.ts";

const rows = z.array(z.array(z.string()));

const block = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: z.string() }),
  z.strictObject({ kind: z.literal("list"), items: z.array(z.string()) }),
  z.strictObject({ kind: z.literal("table"), head: z.array(z.string()), rows }),
  z.strictObject({
    kind: z.literal("folded"),
    title: z.string(),
    language: z.enum(languages).describe("Language of the items."),
    items: z.array(z.string()),
  }),
]);

const value = z.union([z.string(), z.number()]).optional();

const change = z.strictObject({
  what: z
    .string()
    .describe("Kind of thing that changes: service, version, name, volume, secret, link, setting …"),
  name: z.string().describe("Which one of them."),
  from: value.describe("The former value; absent if it is new."),
  to: value.describe("The new value; absent if it is removed."),
  effect: z.enum(effects),
  interruption: z.enum(interruptions),
  affected: z
    .array(z.string())
    .describe("Who is affected: services for those who use them, and others by name."),
  field: z
    .array(z.union([z.string(), z.number()]))
    .describe("The field of the declaration that causes the change."),
  told: z
    .strictObject({ sentence: z.string(), with: z.record(z.string(), z.unknown()) })
    .describe("The sentence that reports it, and its values."),
});

/** `report.json`, as its schema is published: docs/report.schema.json. */
export const reportSchema = z
  .strictObject({
    format: z.literal(1).describe("Version of this format."),
    kind: z
      .enum(["change", "drift"])
      .describe("A proposed change, or what was changed on the cluster by hand."),
    commune: communeId().describe("Id of the commune."),
    name: z.string(),
    date: z.iso.date(),
    language: z.enum(languages),
    label: z.enum(effects).describe("The worst of all that changes."),
    because: z
      .string()
      .optional()
      .describe("Reason, in the words of whoever wants the change; absent if none was given."),
    summary: z.array(z.string()).max(5).describe("The sentences on top."),
    sections: z.array(z.strictObject({ id: z.string(), title: z.string(), blocks: z.array(block) })),
    changes: z.array(change),
    approval: z
      .strictObject({ need: z.enum(needs).describe("How many have to approve."), plan: planSchema })
      .optional()
      .describe("What can be approved; absent if a report was made from files alone."),
  })
  .describe("What commune report and commune drift write.");
