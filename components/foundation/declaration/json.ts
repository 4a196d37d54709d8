import { createRequire } from "node:module";
import type { JSONVisitor, Node as JsonNode, ParseErrorCode } from "jsonc-parser";
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

/**
 * Numbers, texts, lists and objects of one file, at most: some 2 MiB of memory for 10,000 of them, and a commune's
 * 5,000 points and 30,000 corners are under 300,000.
 */
const mostValues = 500_000;
/** Lists and objects in each other, at most: GeoJSON has eight. */
const deepest = 40;
const simplify = "Simplify outlines (a metre is fine enough), or leave out what nobody needs.";

/** Reading stopped. The message is for people. */
class TooMuch extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

type Container = unknown[] | Record<string, unknown>;

/** Makes values of what jsonc-parser meets, and collects keys that are written twice. */
class Reader implements JSONVisitor {
  readonly problems: YamlProblem[] = [];
  readonly errors: { error: ParseErrorCode; offset: number }[] = [];
  content: { value: unknown } | undefined;
  /** The lists and objects around what is read, the innermost last. */
  readonly #open: Container[] = [];
  /** Names of the values that are read, in the objects around. */
  readonly #keys: { name: string; offset: number }[] = [];
  #values = 0;

  // Without a prototype, so that no key finds anything but what is declared.
  readonly onObjectBegin = (offset: number) => this.#begin(Object.create(null), offset);
  readonly onArrayBegin = (offset: number) => this.#begin([], offset);
  readonly onObjectEnd = () => this.#end();
  readonly onArrayEnd = () => this.#end();
  readonly onLiteralValue = (value: string | number | boolean | null, offset: number) =>
    this.#add(value, offset);
  readonly onObjectProperty = (name: string, offset: number) => {
    this.#keys[this.#open.length] = { name, offset };
  };
  readonly onError = (error: ParseErrorCode, offset: number) => {
    this.errors.push({ error, offset });
  };

  #begin(container: Container, offset: number): void {
    if (this.#open.length >= deepest) {
      throw new TooMuch(offset, `is nested too deep. Use at most ${deepest} levels.`);
    }
    this.#add(container, offset);
    this.#open.push(container);
  }

  #end(): void {
    this.#open.pop();
  }

  #add(value: unknown, offset: number): void {
    this.#values += 1;
    if (this.#values > mostValues) {
      throw new TooMuch(offset, `this file holds more than ${mostValues} values. ${simplify}`);
    }
    const around = this.#open.at(-1);
    if (around === undefined) this.content ??= { value };
    else if (Array.isArray(around)) around.push(value);
    else this.#addTo(around, value);
  }

  #addTo(around: Record<string, unknown>, value: unknown): void {
    const key = this.#keys[this.#open.length];
    if (key === undefined) return;
    if (!(key.name in around)) around[key.name] = value;
    else {
      const message = "is written twice in one object. Keep one.";
      this.problems.push({ offset: key.offset, path: [...this.#path(), key.name], message });
    }
  }

  /** The way to the object that is read. */
  #path(): Path {
    return this.#open.slice(0, -1).map((around, depth) => {
      if (Array.isArray(around)) return around.length - 1;
      return this.#keys[depth + 1]?.name ?? "";
    });
  }
}

const require = createRequire(import.meta.url);

/** Loaded for the first file only: most commands read none. */
function parser(): typeof import("jsonc-parser") {
  return require("jsonc-parser");
}

const strict = { disallowComments: true, allowTrailingComma: false };

function readJson(text: string): ReturnType<Syntax["read"]> {
  const understanding = new Reader();
  try {
    parser().visit(text, understanding, strict);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { problems: [{ offset: error.offset, path: [], message: error.message }] };
  }
  const { content, errors } = understanding;
  const problems = errors.map(({ error, offset }) => ({
    offset,
    path: [],
    message: reasons[error] ?? "this is not JSON.",
  }));
  // One mistake makes a parser stumble over what follows: the first is the one to correct.
  const all = [...problems.slice(0, 1), ...understanding.problems];
  return problems.length > 0 || content === undefined ? { problems: all } : { content, problems: all };
}

/** Converts a parsed value. If a key is written twice, the first one counts: the problem is reported at the other. */
function nodeOf({ type, offset, value, children = [] }: JsonNode): Node {
  if (type === "array") return { offset, kind: "sequence", items: children.map(nodeOf) };
  if (type !== "object") return { offset, kind: "scalar", value };
  const entries = children.flatMap(({ children: [key, member] = [] }): [string, Entry][] =>
    key && member ? [[key.value, { offset: key.offset, value: nodeOf(member) }]] : [],
  );
  return { offset, kind: "mapping", entries: new Map(entries.reverse()) };
}

function locateJson(text: string): Node | undefined {
  const tree = parser().parseTree(text, [], strict);
  return tree && nodeOf(tree);
}

/** JSON (RFC 8259), as geographic information systems write it. */
export const json: Syntax = {
  name: "JSON",
  largest: 16 * 1024 * 1024,
  smaller: simplify,
  read: readJson,
  locate: locateJson,
};
