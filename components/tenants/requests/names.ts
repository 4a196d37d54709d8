import { remove } from "confusables";
import { distance } from "fastest-levenshtein";

/**
 * What is left of a name when letters that look alike are one, without accents, separators and case: `Ꮯlub-Ѕpоrt` and
 * `club sport` are the same. Source of what looks alike: Unicode Technical Standard 39, confusables.
 */
export function skeleton(name: string): string {
  return remove(name.normalize("NFKC"))
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replace(/[^a-z0-9]/g, "");
}

/** How short a name may be for one letter more or less to count: below that, half of all names would look alike. */
const shortest = 5;

/** Whether somebody could take one name for the other. */
export function looksLike(one: string, other: string): boolean {
  const [a, b] = [skeleton(one), skeleton(other)];
  if (a === "" || b === "") return false;
  return a === b || (Math.min(a.length, b.length) >= shortest && distance(a, b) <= 1);
}
