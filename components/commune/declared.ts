import { checksum } from "../foundation/manifest/checksum.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** Declared fields as a stack publishes them: the value of each as a text, in the sections of the declaration. */
export interface Declared {
  [name: string]: string | Declared;
}

/** Published values are for telling: what is longer is there as a digest alone. */
const longest = 80;

/** How the digest of a value begins, which is published where the value itself is not. */
const digestMark = "sha256:";

/** Whether a published text stands for a value that was not published. */
export function isDigest(text: string): boolean {
  return text.startsWith(digestMark);
}

/** What applications are told as it stands, keys to something among it, for all that anybody knows. */
function isOpaque(path: readonly string[]): boolean {
  return path.at(-2) === "settings";
}

/** Fields that are not published: a person's address without effect after the first start, and what is retired, by itself. */
const left = [/^retired$/, /\.retired$/, /\.formerVolume$/, /\.owner\.email$/];

/** Sections by name within sections by name: one entry of them is one value. */
const deepest = 4;

/**
 * What a declaration says, defaults included, for later declarations to be compared with: every field, of what was
 * retired too. No address of a person and no setting of an application is in it, but their digests. Pure.
 */
export function declaredOf(declaration: CommuneDeclaration): Declared {
  const { associations, ...own } = declaration;
  const hosted = Object.keys(associations).length > 0 && { associations };
  return sectionOf({ ...own, ...declaration.retired, ...hosted }, []);
}

function sectionOf(section: object, path: readonly string[]): Declared {
  return Object.fromEntries(
    Object.entries(section).flatMap(([key, value]: [string, unknown]) => {
      const own = [...path, key];
      const isLeft = value === undefined || left.some((field) => field.test(own.join(".")));
      return isLeft ? [] : [[key, written(value, own)]];
    }),
  );
}

function written(value: unknown, path: readonly string[]): string | Declared {
  if (isOpaque(path)) return digest(value);
  if (typeof value === "object" && value !== null) {
    // Sizes, durations, hours and the like remember how they were written.
    if ("text" in value && typeof value.text === "string") return short(value.text);
    if (Array.isArray(value)) return short(value.map(listed).join(", "));
    return path.length < deepest ? sectionOf(value, path) : digest(value);
  }
  return short(String(value));
}

function listed(item: unknown): string {
  return typeof item === "object" ? JSON.stringify(item) : String(item);
}

/** An address of mail may be a person's. */
function short(text: string): string {
  return text.length > longest || text.includes("@") ? digest(text) : text;
}

function digest(value: unknown): string {
  return digestMark + checksum(value ?? null, 12);
}
