import * as z from "zod";
import { show, whatItIs } from "./show.ts";

/** A list without repetitions, such as `[calendar, contacts]`. `noun` names what it lists. */
export function list<Item extends z.ZodType>(
  item: Item,
  { minimum = 0, maximum = 100, noun = "values" }: { minimum?: number; maximum?: number; noun?: string } = {},
) {
  const advice = `Write a list of ${noun} in [ ] with commas between, or one per line after "- ".`;
  return z
    .array(item, { error: ({ input }) => `${whatItIs(input)}. ${advice}` })
    .min(minimum, { error: `is too short. Write at least ${minimum} of the ${noun}.` })
    .max(maximum, { error: `is too long. Write at most ${maximum} of the ${noun}.` })
    .check(({ value, issues }) => {
      const seen = new Set<string>();
      for (const [index, entry] of value.entries()) {
        const written = JSON.stringify(entry);
        if (seen.has(written)) {
          issues.push({
            code: "custom",
            input: entry,
            path: [index],
            message: `${show(entry)} is listed twice. Remove one.`,
          });
        }
        seen.add(written);
      }
    })
    .meta({ title: `list of ${noun}`, uniqueItems: true });
}
