import * as z from "zod";
import { whatItIs } from "./show.ts";

/** What an application's own configuration file can hold. */
export type Setting = string | number | boolean | null | Setting[] | { [name: string]: Setting };

/** Settings that the schema does not name: passed through to the application's own configuration as they are. */
export function settings() {
  return z
    .record(z.string(), z.json(), {
      error: ({ input }) =>
        `${whatItIs(input)}. Write settings one per line below it, each as "name: value".`,
    })
    .meta({ title: "settings by name" });
}
