import yaml from "js-yaml";

/** Values that JSON has too. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** So long may a line be that holds a whole object or list. */
const width = 120;

/** Words that mean themselves without quotes: they begin with a letter, and are no other value. */
const isPlain = (text: string) =>
  /^[A-Za-z](?:[\w./:@-]*[\w./@-])?$/.test(text) && !/^(?:true|false|null)$/i.test(text);

/** Texts of several lines that can stand as they are: without what nobody sees, and not indented at their beginning. */
const isText = (text: string) =>
  text.includes("\n") && /^(?!\s)[\t\n\x20-\x7e\u00a0-\u2027\u202f-\ud7ff\ue000-\ufefe]+$/.test(text);

/**
 * A value as YAML whose differences are easy to read: what fits on a line stands on one, texts of several lines stand as
 * they are, and of everything else each entry has its own line.
 */
export function foldedYaml(value: Json): string {
  return `${inLines(value, "")}\n`;
}

/** Reads what {@link foldedYaml} wrote. */
export function parseFolded(text: string): unknown {
  return yaml.load(text, { schema: yaml.JSON_SCHEMA });
}

const isScalar = (value: Json) => typeof value !== "object" || value === null;

/** As in JSON, where no quotes are needed without them; YAML has no character that nobody sees, JSON has some. */
const scalar = (value: Json) =>
  typeof value === "string" && isPlain(value)
    ? value
    : JSON.stringify(value).replaceAll(
        /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
        (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );

/** Writes a value on one line; undefined if a text in it has several. */
function onOneLine(value: Json): string | undefined {
  if (typeof value === "string" && isText(value)) return undefined;
  if (typeof value !== "object" || value === null) return scalar(value);
  const parts = Array.isArray(value)
    ? value.map(onOneLine)
    : Object.entries(value).map(([key, inner]) => prefixed(`${scalar(key)}: `, onOneLine(inner)));
  if (parts.includes(undefined)) return undefined;
  if (Array.isArray(value)) return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

const prefixed = (lead: string, text: string | undefined) => (text === undefined ? undefined : lead + text);

/** An entry a line, or more lines each, without the end of the last one. */
function inLines(value: Json, indent: string): string {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
    return indent + scalar(value);
  const entries = Array.isArray(value)
    ? value.map((inner) => [`${indent}-`, inner] as const)
    : Object.entries(value).map(([key, inner]) => [`${indent}${scalar(key)}:`, inner] as const);
  return entries
    .map(([lead, inner]) => {
      const line = onOneLine(inner);
      if (line !== undefined && (isScalar(inner) || lead.length + line.length < width))
        return `${lead} ${line}`;
      if (typeof inner === "string") return `${lead} ${asText(inner, `${indent}  `)}`;
      const below = inLines(inner, `${indent}  `);
      return Array.isArray(value) ? `${lead} ${below.trimStart()}` : `${lead}\n${below}`;
    })
    .join("\n");
}

/** A text as it stands, below a sign that says how it ends. */
function asText(text: string, indent: string): string {
  const ends = text.endsWith("\n\n") ? "+" : text.endsWith("\n") ? "" : "-";
  const lines = text.replace(/\n$/, "").split("\n");
  return `|${ends}\n${lines.map((line) => (line === "" ? "" : indent + line)).join("\n")}`;
}
