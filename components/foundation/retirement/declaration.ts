import type * as z from "zod";
import { choice } from "../declaration/choice.ts";
import { date } from "../declaration/date.ts";
import { section } from "../declaration/section.ts";

/** The `retired:` field of what holds data: since when it does not run, and what becomes of its data. */
export const retirementSection = section({
  since: date().describe("Day on which it went."),
  data: choice(["kept", "released"])
    .prefault("kept")
    .describe(
      "Kept: it stays, protected. Released: its rows are removed for good, and its volumes when the section is taken out (docs/retirement.md).",
    ),
});

export type Retirement = z.output<typeof retirementSection>;
