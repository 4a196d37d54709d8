import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { checkout } from "../../../local/paths.ts";
import { type Release, releaseSchema } from "./release.ts";

/** Folder with what the last release registered, and with the declarations that it did so for. */
export const folder = join(checkout, "test", "golden", "release");

export const lastFile = join(folder, "last.yaml");

/** Declarations that are kept of the last release, as `lyon.yaml`. */
export const kept = () =>
  readdirSync(folder).filter((file) => file.endsWith(".yaml") && file !== "last.yaml");

/** Returns the file that a golden file's registrations are declared in; undefined if a test declares them. */
export function declaredFile(golden: string): string | undefined {
  if (golden.includes("/")) return undefined;
  const [, example] = /^examples-(.*)$/.exec(golden) ?? [];
  return example === undefined ? `stacks/${golden}/commune.yaml` : `stacks/examples/${example}.yaml`;
}

/** Returns what was recorded of the last release. Throws if the file is of another form. */
export const readRelease = (): Release => releaseSchema.parse(yaml.load(readFileSync(lastFile, "utf8")));
