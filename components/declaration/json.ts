import { createRequire } from "node:module";
import type { Node as JsonNode, ParseError } from "jsonc-parser";
import type { Path } from "./position.ts";
import type { Syntax } from "./syntax.ts";
import type { Entry, Node, YamlProblem } from "./yaml.ts";

const reasons: Record<number, string> = {
  1: "a word stands here that JSON does not know. Put texts in double quotes.",
  2: "this is not a number as JSON writes it.",
  3: 'a name in double quotes is missing here. Write "name": value.',
  4: "a value is missing here.",
  5: 'a colon is missing. Write "name": value.',
  6: "a comma is missing between two values.",
  7: "a } is missing.",
  8: "a ] is missing.",
  9: "this does not belong to what stands above it. Remove it, or check the brackets.",
  10: "comments are not used in JSON. Remove it.",
  11: "a comment is never closed. Comments are not used in JSON.",
  12: "a text in quotes is never closed. Add the closing quote.",
  13: "a number is not finished.",
  14: "this \\u is not followed by four hexadecimal digits.",
  15: "this \\ starts nothing that JSON knows.",
  16: "a character that a text in JSON may not hold. Write it with \\u.",
};

/** Turns jsonc-parser's tree into nodes, and collects keys that are written twice. */
class Understanding {
  readonly problems: YamlProblem[] = [];

  node(json: JsonNode, path: Path): Node {
    const { offset, children = [] } = json;
    if (json.type === "object") return { offset, kind: "mapping", entries: this.#entries(children, path) };
    if (json.type === "array") {
      const items = children.map((child, index) => this.node(child, [...path, index]));
      return { offset, kind: "sequence", items };
    }
    return { offset, kind: "scalar", value: json.value };
  }

  #entries(properties: readonly JsonNode[], path: Path): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const { children: [key, value] = [] } of properties) {
      if (key === undefined || value === undefined) continue;
      const name = String(key.value);
      const node = this.node(value, [...path, name]);
      if (entries.has(name)) {
        const message = "is written twice in one object. Keep one.";
        this.problems.push({ offset: key.offset, path: [...path, name], message });
      } else entries.set(name, { offset: key.offset, value: node });
    }
    return entries;
  }
}

const require = createRequire(import.meta.url);

function readJson(text: string): { root?: Node; problems: YamlProblem[] } {
  // Loaded for the first file only: most commands read none.
  const { parseTree }: typeof import("jsonc-parser") = require("jsonc-parser");
  const errors: ParseError[] = [];
  let tree: JsonNode | undefined;
  try {
    tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ offset: 0, path: [], message: "is nested too deep. Use fewer levels." }] };
  }
  const understanding = new Understanding();
  const root = tree && understanding.node(tree, []);
  const problems = errors.map(({ error, offset }) => ({
    offset,
    path: [],
    message: reasons[error] ?? "this is not JSON.",
  }));
  // One mistake makes a parser stumble over what follows: the first is the one to correct.
  const all = [...problems.slice(0, 1), ...understanding.problems];
  return problems.length > 0 || root === undefined ? { problems: all } : { root, problems: all };
}

/** JSON (RFC 8259) with the position of each value, as geographic information systems write it. */
export const json: Syntax = { name: "JSON", largest: 16 * 1024 * 1024, read: readJson };
