import { Composer, CST, Lexer, Parser } from "yaml";
import type { Lines, Path } from "./position.ts";
import { readScalar } from "./scalar.ts";

/** A value of a YAML file with the place where it is written (offsets in UTF-16 code units). */
export type Node = { offset: number } & (
  | { kind: "scalar"; value: string | number | boolean | null }
  | { kind: "mapping"; entries: Map<string, Entry> }
  | { kind: "sequence"; items: Node[] }
);

/** The place of a key, and its value. */
export interface Entry {
  offset: number;
  value: Node;
}

/** A problem with the YAML itself. `path` is empty if reading stopped there, since the path is not known then. */
export interface YamlProblem {
  offset: number;
  path: Path;
  message: string;
}

const deepest = 40;

/** Returns a document's tokens before its values are understood, or the reason why reading stopped. */
function tokensOf(text: string, mostTokens: number): CST.Token[] | YamlProblem {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    tokens.push(...parser.next(lexeme));
    count += 1;
    // The innermost of the stack is a text, the outermost the document.
    if (parser.stack.length > deepest + 2)
      return { offset, path: [], message: `is nested deeper than ${deepest} levels. Use fewer.` };
    if (count > mostTokens)
      return {
        offset,
        path: [],
        message: `is beyond the ${mostTokens} words and marks of one file. Use fewer.`,
      };
  }
  tokens.push(...parser.end());
  return tokens;
}

const misfit = "this does not fit the lines above it. Check its indentation, colons and quotes.";
const noPair = 'this line is not "key: value". A colon and a space are missing.';
const reasons: [RegExp, string][] = [
  [/^TAB/, "a tab stands where spaces indent. Use spaces."],
  [/^MULTILINE_IMPLICIT|^MISSING_CHAR Implicit map keys/, noPair],
  [/^MISSING_CHAR Sequence item/, 'this line is no "- value" as those above it. Check its indentation.'],
  [/^MISSING_CHAR Missing space after/, 'a space is missing after the colon. Write "key: value".'],
  [/^MISSING_CHAR Missing closing/, "a text in quotes is never closed. Add the closing quote."],
  [/^MISSING_CHAR Comments/, "a space is missing before the # of a comment."],
  [
    /(Flow|flow) (map|sequence).* end with a/,
    "a [ or { is never closed. Add the closing ] or }, right of its key.",
  ],
  [/Missing , |Unexpected ,|empty item/, "the values inside [ ] or { } are not separated by one comma each."],
  [/^BAD_INDENT|block sequence may not be used/, misfit],
  [/^BAD_DQ_ESCAPE/, "this \\ starts nothing known inside double quotes. Use single quotes, or write \\\\."],
  [/^BAD_SCALAR_START/, "a text cannot begin with this mark. Put it in quotes."],
  [
    /^BLOCK_AS_IMPLICIT_KEY/,
    "a second key stands on this line. Put the text in quotes, or the key on its own line.",
  ],
  [/^KEY_OVER/, "a key is longer than 1024 characters. Shorten it."],
  [
    /^BLOCK_IN_FLOW/,
    "a list or section over several lines stands inside [ ] or { }. Write it inside them, too.",
  ],
  [/anchor|alias/i, "anchors (&) and references (*) are not used here. Write the value itself."],
  [
    /block scalar/i,
    "nothing but its mark stands on the first line of a text over several lines. Begin below it.",
  ],
  [/^UNEXPECTED/, "this does not belong to what stands above it. Check its indentation and quotes."],
];

/** Finds the reason why a text is not YAML. Tags and directives are left to what reads the values. */
function syntaxProblem(text: string, tokens: CST.Token[]): YamlProblem | undefined {
  const composer = new Composer({ schema: "failsafe", uniqueKeys: false, prettyErrors: false });
  const errors = [...composer.compose(tokens, true, text.length)]
    .flatMap((document) => document.errors)
    .filter(({ code }) => code !== "TAG_RESOLVE_FAILED" && code !== "BAD_DIRECTIVE");
  const [first] = errors;
  if (first === undefined) return undefined;
  const { code, message, pos } = first;
  // A line that is indented too far is first taken for a second key of the line above, over several lines.
  const over = errors.find((error) => error.code === "MULTILINE_IMPLICIT_KEY" && error.pos[0] === pos[0]);
  if (code === "BLOCK_AS_IMPLICIT_KEY" && over) return { offset: over.pos[1], path: [], message: misfit };
  const [, reason] = reasons.find(([pattern]) => pattern.test(`${code} ${message}`)) ?? [];
  // Where a line does not fit, the end of the line before is told.
  const blank = reason === misfit ? (/^(?:[ \r\n]|#[^\n]*)*/.exec(text.slice(pos[0]))?.[0].length ?? 0) : 0;
  return {
    offset: Math.min(pos[0] + blank, text.length),
    path: [],
    message: reason ?? "this is not YAML. Check indentation, colons and quotes.",
  };
}

const spellings: Record<string, string> = {
  alias: "references (*) are not used here. Write the value itself.",
  anchor: "anchors (&) are not used here. Write the value where it belongs.",
  tag: "tags (!) are not used here. Write the plain value.",
};

/** Tokens between a key or the mark of a list and its value. */
type Before = readonly CST.SourceToken[];

/** Turns tokens into nodes and collects what YAML allows and declarations do not. */
class Reader {
  readonly problems: YamlProblem[] = [];
  readonly #lines: Lines;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  node(token: CST.Token | null | undefined, before: Before, path: Path): Node {
    const spelt = [...before, ...(token ? [token] : [])].find(({ type }) => type in spellings);
    if (spelt) this.refuse(spelt.offset, path, spellings[spelt.type] ?? "");
    const offset = spelt?.offset ?? token?.offset ?? endOf(before);
    if (token?.type === "block-map" || (token?.type === "flow-collection" && token.start.source === "{"))
      return { offset, kind: "mapping", entries: this.#entries(token.items, path) };
    if (token?.type === "block-seq" || token?.type === "flow-collection")
      return { offset, kind: "sequence", items: this.#items(token.items, path) };
    return { offset, kind: "scalar", value: spelt ? null : this.#scalar(token, offset, path) };
  }

  refuse(offset: number, path: Path, message: string) {
    this.problems.push({ offset, path, message });
  }

  #scalar(token: CST.Token | null | undefined, offset: number, path: Path) {
    const text = textOf(token);
    if (text === undefined) return null;
    if (token?.type !== "scalar") return text;
    const read = readScalar(text);
    if ("value" in read) return read.value;
    this.refuse(offset, path, read.problem);
    return null;
  }

  #items(items: readonly CST.CollectionItem[], path: Path): Node[] {
    // After the last comma, or before the closing bracket, nothing needs to stand.
    const written = items.filter(
      ({ start, key, value }) => key || value || start.some(({ type }) => type === "seq-item-ind"),
    );
    return written.map(({ start, key, sep = [], value }, index) => {
      if (sep.some(({ type }) => type === "map-value-ind"))
        this.refuse(
          key?.offset ?? endOf(start),
          path,
          "a key stands directly inside [ ]. Write { key: value } around it.",
        );
      return this.node(value, [...start, ...sep], [...path, index]);
    });
  }

  #entries(items: readonly CST.CollectionItem[], path: Path): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const { start, key, sep = [], value } of items) {
      if (!key && !value && sep.length === 0) continue;
      const colon = sep.find(({ type }) => type === "map-value-ind");
      const offset = key?.offset ?? colon?.offset ?? value?.offset ?? endOf(start);
      if (colon === undefined) {
        this.refuse(offset, path, 'a key without a value. Write "key: value" on one line.');
        continue;
      }
      const name = this.#key(key, start, offset, path);
      const node = this.node(value, sep, [...path, name ?? "?"]);
      if (name === undefined) continue;
      const first = entries.get(name);
      if (first === undefined) entries.set(name, { offset, value: node });
      else {
        const { line } = this.#lines.at(first.offset);
        this.refuse(offset, [...path, name], `is written twice (first on line ${line}). Keep one.`);
      }
    }
    return entries;
  }

  #key(token: CST.Token | null | undefined, before: Before, offset: number, path: Path): string | undefined {
    const marks = [...before, ...(token ? [token] : [])];
    const mark = marks.find(({ type }) => type in spellings || type === "explicit-key-ind");
    const text = textOf(token);
    const reason = mark
      ? (spellings[mark.type] ?? 'the mark "?" before a key is not used here. Write "key: value".')
      : text === undefined || text === ""
        ? "a key is a word followed by a colon. Write it as text."
        : text === "<<"
          ? "merging (<<) is not used here. Write the fields themselves."
          : text === "__proto__"
            ? '"__proto__" cannot be a key. Choose another name.'
            : undefined;
    if (reason) this.refuse(mark?.offset ?? offset, path, reason);
    return reason ? undefined : text;
  }
}

/** The text of a scalar; undefined for anything else, and where nothing is written. */
function textOf(token: CST.Token | null | undefined): string | undefined {
  if (token?.type === "scalar" && token.source === "") return undefined;
  // What is wrong with its spelling is the composer's to say.
  return CST.resolveAsScalar(token ?? null, true, () => undefined)?.value;
}

/** The offset after the last mark: where a value would stand that is not written. */
function endOf(before: Before): number {
  const last = before.findLast(({ type }) => type !== "space" && type !== "newline" && type !== "comment");
  return last ? last.offset + last.source.length : (before[0]?.offset ?? 0);
}

/**
 * Reads one YAML document. Refused, each with its place: duplicate keys, anchors, references, merging, tags,
 * directives, spellings that YAML readers disagree about, and what is too deep or too much. `root` is what
 * could be understood.
 *
 * @param mostTokens words, marks, spaces and line ends: more than the file needs, few enough to be refused at once.
 */
export function readYaml(
  text: string,
  lines: Lines,
  mostTokens: number,
): { root?: Node; problems: YamlProblem[] } {
  const tokens = tokensOf(text, mostTokens);
  if (!Array.isArray(tokens)) return { problems: [tokens] };
  const reader = new Reader(lines);
  const { problems } = reader;
  for (const { type, offset } of tokens)
    if (type === "directive") reader.refuse(offset, [], "directives (%) are not used here. Remove the line.");
  const [first, second] = tokens.filter((token) => token.type === "document");
  const root = first && reader.node(first.value, first.start, []);
  if (second)
    reader.refuse(
      second.value?.offset ?? second.offset,
      [],
      'a second document starts here. Keep one, and remove the line "---".',
    );
  const syntax = syntaxProblem(text, tokens);
  if (syntax) return { problems: [...problems.filter(({ offset }) => offset < syntax.offset), syntax] };
  const empty = first?.value === undefined && problems.length === 0;
  return empty || root === undefined ? { problems } : { root, problems };
}
