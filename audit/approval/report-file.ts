import { readFileSync } from "node:fs";
import * as z from "zod";
import { effects } from "../../components/commune/changes/effect.ts";
import { tongues } from "../../components/commune/changes/words.ts";
import { communeId } from "../../components/foundation/declaration/identifier.ts";
import { digestOf } from "./log.ts";
import { type Need, needs } from "./needs.ts";
import { type Plan, planSchema } from "./plan.ts";

/** What an approval reads of report.json; the rest is for people. */
const schema = z.object({
  commune: communeId(),
  language: z.enum(tongues),
  label: z.enum(effects),
  because: z.string().optional(),
  summary: z.array(z.string()),
  approval: z.object({ need: z.enum(needs), plan: planSchema }).optional(),
});

/** A report that can be approved, and what tells its file from another one. */
export interface ReportFile extends Omit<z.output<typeof schema>, "approval"> {
  approval: { need: Need; plan: Plan };
  /** Of the bytes of the file. */
  hash: string;
}

/** Reads a report.json. Throws where nobody could approve it. */
export function readReport(file: string): ReportFile {
  const bytes = readFileSync(file);
  const read = schema.safeParse(JSON.parse(bytes.toString("utf8")));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(
      `${file} is no report.json of commune audit (${issue?.path.join(".")}: ${issue?.message}).`,
    );
  }
  const { approval, commune, ...rest } = read.data;
  if (approval === undefined)
    throw new Error(
      `${file} was made from files alone, and says nothing of what would be applied. Make one that can be approved: npx commune audit ${commune} --preview`,
    );
  return { ...rest, commune, approval, hash: digestOf(bytes) };
}
