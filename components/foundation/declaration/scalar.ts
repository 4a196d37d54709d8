import { show } from "./show.ts";

/** A scalar of a declaration, or the reason why its spelling is refused. */
export type Scalar = { value: string | number | boolean | null } | { problem: string };

const jsonNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

/** Texts that some YAML reader, of version 1.1 or 1.2, takes for a number although JSON does not. */
const otherNumber =
  /^[-+]?(\.(inf|nan)|0[xob]?[0-9a-f_]+|[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|\.[0-9][0-9_]*)$/i;

/** A number that a reader of French or German takes for thousands: 42.000. */
const thousands = /^[1-9][0-9]{0,2}\.000$/;

const otherWord = new Map([
  ["~", "null"],
  ["null", "null"],
  ["true", "true"],
  ["yes", "true"],
  ["on", "true"],
  ["false", "false"],
  ["no", "false"],
  ["off", "false"],
]);

/**
 * Reads an unquoted YAML scalar: `true`, `false`, `null` and JSON's numbers are values, the rest is text.
 * What YAML readers disagree about (`yes`, `01004`, `0x1F`, `~`) or people (`42.000`) is refused instead of guessed.
 */
export function readScalar(text: string): Scalar {
  if (text === "true" || text === "false") return { value: text === "true" };
  if (text === "null") return { value: null };
  const word = text.length < 6 ? otherWord.get(text.toLowerCase()) : undefined;
  if (word)
    return {
      problem: `${show(text)} has two meanings in YAML. Write ${word}, or put it in quotes if it is a text.`,
    };
  // Longer than any number a declaration needs; a text of a megabyte is not matched against patterns.
  if (text.length > 40) return { value: text };
  if (jsonNumber.test(text)) {
    const number = Number(text);
    if (thousands.test(text))
      return {
        problem: `${show(text)} is ${number} here, and ${number * 1000} to some readers. Write ${number} or ${number * 1000}.`,
      };
    const kept = /^-?[0-9]+$/.test(text) ? Number.isSafeInteger(number) : Number.isFinite(number);
    if (kept) return { value: number };
    return {
      problem: `${show(text)} has more digits than a number can keep. Put it in quotes if it is a text.`,
    };
  }
  if (otherNumber.test(text)) {
    return {
      problem: `${show(text)} could be a number or a text. Put it in quotes, or write the number plainly.`,
    };
  }
  return { value: text };
}
