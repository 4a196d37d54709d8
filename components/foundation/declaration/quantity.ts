import { Refusal } from "./written.ts";

/** One unit of a quantity, smallest first in its list. */
export interface Unit {
  /** As written after the number 1. */
  one: string;
  /** As written after any other number. */
  many: string;
  /** Number of base units in it. */
  worth: number;
  /** Other spellings, in lower case, that are understood well enough to suggest the right one. */
  meant: readonly string[];
}

const shape = /^\s*(\d{1,9})(?:[.,](\d{1,6}))?\s*([\p{L}µ]{0,12})\s*$/u;

function spelled(base: number, unit: Unit, decimals: number): string | undefined {
  const number = Number((base / unit.worth).toFixed(decimals));
  if (Math.round(number * unit.worth) !== base) return undefined;
  return `${number} ${number === 1 ? unit.one : unit.many}`;
}

/**
 * Reads a written quantity such as `5 GiB` into base units. One quantity and unit has one spelling: what is
 * understood but written otherwise (`5GB`, `1 hours`, `0.250 cores`) is refused with the right spelling.
 */
export function readQuantity(text: string, units: readonly Unit[], decimals = 0): number | Refusal {
  const [, whole, fraction, word] = shape.exec(text) ?? [];
  if (whole === undefined || word === undefined) return new Refusal("is not a number and a unit");
  if (word === "") return new Refusal("has no unit");
  const unit = units.find(({ one, many, meant }) =>
    [one.toLowerCase(), many.toLowerCase(), ...meant].includes(word.toLowerCase()),
  );
  if (!unit) {
    return new Refusal(`has the unknown unit "${word}" (known: ${units.map(({ many }) => many).join(", ")})`);
  }
  const base = Number(fraction ? `${whole}.${fraction}` : whole) * unit.worth;
  const rounded = Math.round(base);
  if (rounded === 0) return new Refusal("is nothing");
  if (!Number.isSafeInteger(rounded)) return new Refusal("is too large");
  const smaller = units.slice(0, units.indexOf(unit)).reverse();
  const spelling = [unit, ...smaller]
    .map((candidate) => spelled(rounded, candidate, decimals))
    .find((found) => found !== undefined);
  if (Math.abs(rounded - base) > 1e-6) return new Refusal("is finer than the smallest unit", spelling);
  return spelling === text ? rounded : new Refusal("is not the usual spelling", spelling);
}

/** `base` units in the largest unit that needs no decimals: `1536 MiB`, `2 days`. */
export function writeQuantity(base: number, units: readonly Unit[]): string {
  const unit = units.findLast(({ worth }) => base % worth === 0);
  const spelling = unit && spelled(base, unit, 0);
  if (spelling === undefined) throw new RangeError(`${base} is not a whole number of ${units[0]?.many}.`);
  return spelling;
}
