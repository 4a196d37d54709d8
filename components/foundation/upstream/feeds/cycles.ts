import * as z from "zod";
import type { Upstream } from "../schema.ts";
import { readJson } from "./json.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const version = z.string().regex(/^\d+(\.\d+)*$/);

/** Source: https://endoflife.date/docs/api/v1/, ProductResponse. */
const product = z.object({
  result: z.object({
    releases: z
      .array(
        z.object({
          name: z.string().max(40),
          eolFrom: day.nullish(),
          latest: z.object({ name: z.string(), date: day.nullish() }).nullish(),
        }),
      )
      .max(1000),
  }),
});

/** Reads a product of endoflife.date: the newest version and the last day of each series. Throws FeedError. */
export function readCycles(text: string, address: string): Required<Pick<Upstream, "newest" | "until">> {
  const { releases } = readJson(text, product, address).result;
  const newest: Record<string, Upstream["newest"][string]> = {};
  const until: Record<string, string> = {};
  for (const { name, eolFrom, latest } of releases) {
    if (!version.safeParse(name).success) continue;
    if (latest?.date && version.safeParse(latest.name).success)
      newest[name] = { version: latest.name, of: latest.date };
    if (eolFrom) until[name] = eolFrom;
  }
  return { newest, until };
}
