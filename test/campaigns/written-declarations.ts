import fc from "fast-check";
import yaml from "js-yaml";

/** Characters that cannot stand in a file as they are: each is written as an escape inside double quotes. */
const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

/** A declaration as JSON, which YAML contains. */
export function asJson(declaration: unknown): string {
  return `${JSON.stringify(declaration, undefined, 2).replace(hidden, (found) => (found === "\n" ? found : escaped(found)))}\n`;
}

/** A declaration as one would write it by hand: one field per line, quotes only where they are needed. */
export function asBlocks(declaration: unknown): string {
  return yaml.dump(declaration, { noRefs: true, lineWidth: -1 });
}

/** Either way of writing, with a comment before and the line ends of either family of systems. */
export function writtenAs(declaration: unknown): fc.Arbitrary<string> {
  const asWritten = hidden.test(asBlocks(declaration).replaceAll("\n", ""))
    ? fc.constant(asJson(declaration))
    : fc.constantFrom(asJson(declaration), asBlocks(declaration));
  return fc
    .record({
      body: asWritten,
      start: fc.constantFrom("", "---\n", "# yaml-language-server: $schema=../commune.schema.json\n", "\n\n"),
      end: fc.constantFrom("\n", "\r\n"),
    })
    .map(({ body, start, end }) => (start + body).replaceAll("\n", end));
}
