import { checksum } from "../foundation/manifest/checksum.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** Declared fields as a stack publishes them: each value as a text, in the sections of the declaration. */
export interface Declared {
  [name: string]: string | Declared;
}

/** Longest published value, letters: values are published to be shown, and a longer one is replaced by its digest. */
const longest = 80;

/** Start of the digest that is published in place of a value. */
const digestMark = "sha256:";

/** Whether a published text is the digest of a value. */
export function isDigest(text: string): boolean {
  return text.startsWith(digestMark);
}

/** Whether a field is passed to an application unchanged: for all that is known, it may contain a key. */
function isOpaque(path: readonly string[]): boolean {
  return path.at(-2) === "settings";
}

/**
 * Fields that are not published: a person's address, without effect after the first start, and retirements, which are
 * published separately.
 */
const left = [/^retired$/, /\.retired$/, /\.formerVolume$/, /\.owner\.email$/];

/** Depth of sections by name within sections by name: below it, an entry is one value. */
const deepest = 4;

/**
 * Returns a declaration with its defaults, for later ones to be compared with: every field, including those of retired
 * services. A person's address and an application's settings are replaced by their digests. Pure.
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
    // Sizes, durations, hours and the like keep their spelling.
    if ("text" in value && typeof value.text === "string") return short(value.text);
    if (Array.isArray(value)) return short(value.map(listed).join(", "));
    return path.length < deepest ? sectionOf(value, path) : digest(value);
  }
  return short(String(value));
}

function listed(item: unknown): string {
  return typeof item === "object" ? JSON.stringify(item) : String(item);
}

/** Returns a text, or its digest if it is long or may be a person's mail address. */
function short(text: string): string {
  return text.length > longest || text.includes("@") ? digest(text) : text;
}

function digest(value: unknown): string {
  return digestMark + checksum(value ?? null, 12);
}
