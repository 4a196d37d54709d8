import type * as z from "zod";
import { line } from "../foundation/declaration/line.ts";
import { section } from "../foundation/declaration/section.ts";
import { dataCategories } from "../foundation/manifest/data-categories.ts";

export type DataCategory = keyof typeof dataCategories;

const period = (what: string) =>
  line({ maximumLength: 120, example: "un an après la dernière connexion" })
    .optional()
    .describe(`How long this is kept, in French, as citizens read it: ${what}.`);

/** Periods of every kind of personal data; the kinds are described only in `dataCategories`. */
const periods = Object.fromEntries(
  Object.entries(dataCategories).map(([category, what]) => [category, period(what)]),
) as Record<DataCategory, ReturnType<typeof period>>;

/** The `retention:` section: the time for which personal data is kept, by kind (RGPD, article 13, 2 a). */
export const retentionSection = section(periods);

export type Retention = z.output<typeof retentionSection>;
