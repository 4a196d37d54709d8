import * as z from "zod";
import { whatItIs } from "./show.ts";

/** A value in an application's own configuration file. */
export type Setting = string | number | boolean | null | Setting[] | { [name: string]: Setting };

/** A setting that may not be passed through: where it stands, and the sentence that says why. */
export interface RefusedSetting {
  path: (string | number)[];
  message: string;
}

/**
 * Settings that the schema does not name: passed through to the application's own configuration as they are.
 *
 * @param refusedAmong those that may not be, because the toolkit decides them or because they are secrets.
 */
export function settings(refusedAmong: (settings: Readonly<Record<string, Setting>>) => RefusedSetting[]) {
  return z
    .record(z.string(), z.json(), {
      error: ({ input }) =>
        `${whatItIs(input)}. Write settings one per line below it, each as "name: value".`,
    })
    .meta({ title: "settings by name" })
    .check(({ value, issues }) => {
      for (const { path, message } of refusedAmong(value)) {
        issues.push({ code: "custom", input: value, path, message });
      }
    });
}
