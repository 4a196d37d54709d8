import * as z from "zod";
import { show, whatItIs } from "./show.ts";

/** A whole number of things that need no unit, such as inhabitants or copies, both bounds included. */
export function count({
  minimum = 0,
  maximum,
  example = minimum,
}: {
  minimum?: number;
  maximum: number;
  example?: number;
}) {
  const advice = `Write a whole number from ${minimum} to ${maximum}, such as ${example}.`;
  return z
    .int({
      error: ({ input }) =>
        typeof input === "number"
          ? `${show(input)} is not a whole number. ${advice}`
          : `${whatItIs(input)}. ${advice}`,
    })
    .min(minimum, { error: ({ input }) => `${show(input)} is too small. ${advice}` })
    .max(maximum, { error: ({ input }) => `${show(input)} is too large. ${advice}` })
    .meta({ title: `whole number from ${minimum} to ${maximum}`, examples: [example] });
}
