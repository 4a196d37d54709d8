import * as z from "zod";
import { whatItIs } from "./show.ts";

/** Yes or no, written `true` or `false`. */
export function flag() {
  return z
    .boolean({ error: ({ input }) => `${whatItIs(input)}. Write true or false.` })
    .meta({ title: "true or false" });
}
