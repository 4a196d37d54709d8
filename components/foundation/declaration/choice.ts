import { closest, distance } from "fastest-levenshtein";
import * as z from "zod";
import { oneOf, show, whatItIs } from "./show.ts";

/** The word that was probably meant: one that begins so, or is near enough, where a third of its letters may differ. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0 || word.length > 100) return undefined;
  const begun = words.filter((known) => known.toLowerCase().startsWith(word.toLowerCase()));
  if (word.length > 2 && begun.length === 1) return begun[0];
  const found = closest(
    word.toLowerCase(),
    words.map((known) => known.toLowerCase()),
  );
  const near = words.find((known) => known.toLowerCase() === found);
  if (near === undefined) return undefined;
  return distance(word.toLowerCase(), found) <= Math.max(1, Math.floor(near.length / 3)) ? near : undefined;
}

/** One word out of a closed list: `choice(["sober", "full"])`. Never free text. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  const allowed = oneOf(words);
  return z
    .enum(words, {
      error: ({ input }) => {
        if (typeof input !== "string") return `${whatItIs(input)}. Write ${allowed}.`;
        const near = nearest(input, words);
        return `${show(input)} is not a choice here. ${near ? `Did you mean "${near}"? ` : ""}Write ${allowed}.`;
      },
    })
    .meta({ title: words.length > 1 ? `one of ${words.join(", ")}` : words[0] });
}
