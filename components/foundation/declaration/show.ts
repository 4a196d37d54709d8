const longest = 60;

/** Control, format, separator, private and unassigned characters: what a terminal could hide or obey. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Text that is safe on one line of a terminal: what cannot be seen is written as \u{…}, the rest as it is. */
export function plain(text: string): string {
  return text.replace(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function truncated(text: string): string {
  const head = [...text.slice(0, longest * 2)];
  return head.length > longest || text.length > longest * 2 ? `${head.slice(0, longest).join("")}…` : text;
}

/** A key or a program's word for a place, such as a file name: at most 60 characters, nothing hidden. */
export function showWord(word: string): string {
  return plain(truncated(word));
}

/** A declared value as an error message shows it: at most 60 characters, nothing hidden, texts in quotes. */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${showWord(value).replaceAll('"', '\\"')}"`;
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a section";
  return showWord(String(value));
}

/** Describes a declared value in the reader's words: `"5" is a text`, `is a list here`. */
export function whatItIs(value: unknown): string {
  if (value === undefined) return "is missing";
  if (value === null) return "has no value";
  if (Array.isArray(value)) return "is a list here";
  if (typeof value === "object") return "is a section here";
  if (typeof value === "string") return `${show(value)} is a text`;
  if (typeof value === "number") return `${show(value)} is a number`;
  return `${show(value)} is a yes-or-no value`;
}

/** "a", "a or b", "a, b or c". */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
