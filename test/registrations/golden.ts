import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../local/paths.ts";
import { applied, type Difference, differenceFrom } from "./difference.ts";
import { foldedYaml, type Json, parseFolded } from "./folded-yaml.ts";
import type { Registration } from "./order.ts";

const folder = join(checkout, "test", "golden");

/** The communes whose registrations were reviewed. */
export function reviewedCommunes(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));
}

/** Registrations as they are reviewed. */
export function goldenText(registrations: readonly Registration[]): string {
  return textOf(reviewed(registrations));
}

/** Registrations of a program that is reviewed by its differences from another one. */
export function goldenDifference(
  other: Pick<Difference, "like" | "renamed">,
  base: readonly Registration[],
  registrations: readonly Registration[],
): string {
  return textOf(differenceFrom(other, reviewed(base), reviewed(registrations)));
}

/**
 * Returns what was reviewed for a commune; golden.test.ts holds the program to it.
 *
 * @param edited all of it as JSON, with something else in the place of what is only to be looked at.
 */
export function readGolden(commune: string, edited = (json: string) => json): Registration[] {
  const read = registrationsIn(readFileSync(join(folder, `${commune}.yaml`), "utf8"));
  return JSON.parse(edited(JSON.stringify(read)));
}

/** Registrations as they were before they became text. */
export function registrationsIn(text: string, other = (like: string) => readGolden(like)): Registration[] {
  const read = parseFolded(text) as Registration[] | Difference;
  return Array.isArray(read) ? read : applied(read, other(read.like));
}

/** Programs and maps are reviewed as what they are made of, and told from others by the checksum in their pods. */
export function reviewed(registrations: readonly Registration[]): Registration[] {
  return JSON.parse(JSON.stringify(registrations), (key, value: unknown) => {
    if (key === "main.mjs") return "[bundled program]";
    return key.endsWith(".br") ? "[compressed]" : value;
  });
}

const textOf = (value: Registration[] | Difference) => foldedYaml(value as unknown as Json);
