import { readFileSync, statSync } from "node:fs";
import type * as z from "zod";
import { type Explained, explainedParse } from "./explain.ts";
import { Lines, type Position } from "./position.ts";
import { Positions } from "./positions.ts";
import { inOrder, type Problem, shownFile } from "./problem.ts";
import type { Syntax } from "./syntax.ts";
import { type Node, readYaml } from "./yaml.ts";

function yamlUpTo(limits: Pick<Syntax, "largest" | "smaller"> & { tokens: number }): Syntax {
  const { tokens, ...size } = limits;
  return {
    name: "YAML",
    ...size,
    read: (text, lines) => {
      const { root, problems } = readYaml(text, lines, tokens);
      return { problems, ...(root && { content: { value: plainValue(root) } }) };
    },
    locate: (text, lines) => readYaml(text, lines, tokens).root,
  };
}

const yaml = yamlUpTo({ largest: 1024 * 1024, smaller: "A declaration is a few lines.", tokens: 60_000 });

/** A list of thousands, of some lines each: 6,000 members with every field fit. */
const longYaml = yamlUpTo({
  largest: 4 * 1024 * 1024,
  smaller: "Leave out what is not needed.",
  tokens: 500_000,
});

function plainValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(plainValue);
  const section: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of node.entries) section[key] = plainValue(value);
  return section;
}

/** A value as read, understood: the declaration, or everything that is wrong with it. */
export type Parse<T> = (
  value: unknown,
) => { ok: true; declaration: T } | { ok: false; problems: Explained[] };

export type Loaded<T> =
  | { ok: true; declaration: T; positions: Positions }
  | { ok: false; problems: Problem[] };

/** Directions of writing, invisible line ends and control characters make a file read otherwise than it is. */
const unseen =
  /(?![\t\n\r])\p{Cc}|[\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;

/**
 * Reads a declaration from the bytes of its file. Contacts nothing and changes nothing; every problem is found
 * at once, each with its place. `file` is only printed.
 */
export function readDeclaration<Schema extends z.ZodType>(
  file: string,
  bytes: Uint8Array,
  schema: Schema,
): Loaded<z.output<Schema>> {
  return readBytes(file, bytes, yaml, (value) => explainedParse(schema, value));
}

/** Reads a declaration in any syntax, as `readDeclaration` does. */
export function readBytes<T>(file: string, bytes: Uint8Array, syntax: Syntax, parse: Parse<T>): Loaded<T> {
  const start: Position = { line: 1, column: 1 };
  const refuse = (message: string, at = start): Loaded<never> => ({
    ok: false,
    problems: [{ file, ...at, path: [], message }],
  });
  if (bytes.length > syntax.largest) return refuse(tooLarge(syntax));
  let text: string;
  try {
    // A byte order mark, which some editors add, is dropped here.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("this is not a text in UTF-8. Save the file with that encoding.");
  }
  const lines = new Lines(text);
  const hidden = unseen.exec(text);
  if (hidden) {
    const code = hidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return refuse(
      `a character that cannot be seen stands here (U+${code}). Remove it.`,
      lines.at(hidden.index),
    );
  }
  const { content, problems: misspelt } = syntax.read(text, lines);
  const problems: Problem[] = misspelt.map(({ offset, path, message }) => ({
    file,
    ...lines.at(offset),
    path,
    message,
  }));
  if (!content)
    return problems.length > 0
      ? { ok: false, problems: inOrder(problems) }
      : refuse("this file is empty. Write what it declares, or remove it.");
  const positions = new Positions(file, lines, () => syntax.locate(text, lines));
  const parsed = parse(content.value);
  if (parsed.ok && problems.length === 0) return { ok: true, declaration: parsed.declaration, positions };
  if (!parsed.ok) {
    // What the schema says about a value that its spelling refused already is no news.
    const places = new Set(problems.map(({ line, column }) => `${line}:${column}`));
    for (const { path, message, atKey } of parsed.problems) {
      const problem = positions.problem(path, message, atKey ? "key" : "value");
      if (!places.has(`${problem.line}:${problem.column}`)) problems.push(problem);
    }
  }
  return { ok: false, problems: inOrder(problems) };
}

function tooLarge({ largest, smaller }: Syntax): string {
  return `this file is larger than ${largest / 1024 ** 2} MiB. ${smaller}`;
}

const reasons: Record<string, string> = {
  ENOENT: "this file does not exist. Create it, or correct the name.",
  EACCES: "this file may not be read. Give yourself the right to read it.",
  ELOOP: "this file is a link that leads back to itself. Correct the link.",
};

/** Reads a declaration from a YAML file, as `readDeclaration` does. */
export function loadYaml<Schema extends z.ZodType>(file: string, schema: Schema): Loaded<z.output<Schema>> {
  return loadFile(file, yaml, (value) => explainedParse(schema, value));
}

/** Reads a declaration of thousands from a YAML file, as `readDeclaration` does. */
export function loadLongYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Loaded<z.output<Schema>> {
  return loadFile(file, longYaml, (value) => explainedParse(schema, value));
}

/** Reads a declaration from a file in any syntax, as `readDeclaration` does. */
export function loadFile<T>(file: string, syntax: Syntax, parse: Parse<T>): Loaded<T> {
  const shown = shownFile(file);
  const refuse = (message: string): Loaded<never> => ({
    ok: false,
    problems: [{ file: shown, line: 1, column: 1, path: [], message }],
  });
  let bytes: Uint8Array;
  try {
    const status = statSync(file);
    if (!status.isFile()) return refuse(`this is not a file. A declaration is one ${syntax.name} file.`);
    if (status.size > syntax.largest) return refuse(tooLarge(syntax));
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return refuse(reasons[code] ?? `this file cannot be read (${code || String(error)}).`);
  }
  return readBytes(shown, bytes, syntax, parse);
}
