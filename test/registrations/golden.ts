import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../local/paths.ts";
import type { Registration } from "./recorder.ts";

const folder = join(checkout, "test", "golden");

/** The communes whose registrations were reviewed. */
export function reviewedCommunes(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
}

/**
 * Registrations as they are reviewed: JSON, in which a text of several lines is the list of them, each with its end,
 * so that a diff shows the lines that change.
 */
export function goldenText(registrations: readonly Registration[]): string {
  return `${JSON.stringify(registrations, (key, value) => inLines(reviewed(key, value)), 2)}\n`;
}

/**
 * What was reviewed for a commune; golden.test.ts holds the program to it.
 *
 * @param edited the text of the file with something else in the place of what is only to be looked at.
 */
export function readGolden(commune: string, edited = (text: string) => text): Registration[] {
  return registrationsIn(edited(readFileSync(join(folder, `${commune}.json`), "utf8")));
}

/** Registrations as they were before they became text. */
export function registrationsIn(text: string): Registration[] {
  return JSON.parse(text, (_, value: unknown) => (isLines(value) ? value.join("") : value));
}

/** Programs and maps are reviewed as what they are made of, and told from others by the checksum in their pods. */
function reviewed(key: string, value: unknown): unknown {
  if (key === "main.mjs") return "[bundled program]";
  return key.endsWith(".br") ? "[compressed]" : value;
}

function inLines(value: unknown): unknown {
  if (isLines(value)) throw new Error(`${JSON.stringify(value)} would be read as a text of several lines.`);
  const lines = typeof value === "string" ? value.split(/(?<=\n)/) : [];
  return lines.length > 1 ? lines : value;
}

function isLines(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((line) => typeof line === "string") &&
    value.slice(0, -1).every((line: string) => line.endsWith("\n"))
  );
}
