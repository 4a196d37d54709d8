import yaml from "js-yaml";
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

/** What is wrong with the YAML itself. `path` is empty where reading stopped, since the way there is not known. */
export interface YamlProblem {
  offset: number;
  path: Path;
  message: string;
}

/** More than any declaration needs, few enough that the largest file is refused in milliseconds. */
const mostValues = 20_000;
const deepest = 40;

/** A value while js-yaml reads it. `text` holds scalars as written, before they are understood. */
interface Part {
  offset: number;
  end: number;
  kind: "scalar" | "mapping" | "sequence" | "nothing";
  text: string;
  children: Part[];
}

class TooMuch extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** Tags are accepted while reading, so that each can be refused with its position. */
const anyTag = (["scalar", "sequence", "mapping"] as const).map(
  (kind) => new yaml.Type("", { kind, multi: true, resolve: () => true, construct: (data: unknown) => data }),
);
const schema = yaml.FAILSAFE_SCHEMA.extend({ explicit: anyTag });

const reasons: [RegExp, string][] = [
  [/tab characters/, "a tab stands where spaces indent. Use spaces."],
  [
    /bad indentation of a (mapping|sequence) entry/,
    "this does not fit the lines above it. Check its indentation, colons and quotes.",
  ],
  [
    /bad indentation of a flow/,
    "this does not fit the lines above it. Check its indentation, and that every [ and { is closed.",
  ],
  [/colon is missed|multiline key/, 'this line is not "key: value". A colon and a space are missing.'],
  [/whitespace character is expected/, 'a space is missing after the colon. Write "key: value".'],
  [/within a (double|single) quoted scalar/, "a text in quotes is never closed. Add the closing quote."],
  [/within a flow collection/, "a [ or { is never closed. Add the closing ] or }."],
  [/missed comma|found ','/, "the values inside [ ] or { } are not separated by one comma each."],
  [
    /unknown escape|hexadecimal/,
    "this \\ starts nothing known inside double quotes. Use single quotes, or write \\\\.",
  ],
  [
    /end of the stream or a document/,
    "this does not belong to what stands above it. Check its indentation and quotes.",
  ],
  [/alias/, "references (*) are not used here. Write the value itself."],
  [/anchor/, "anchors (&) are not used here. Write the value where it belongs."],
  [/\btag\b/, "tags (!) are not used here. Write the plain value."],
  [/directive/i, "directives (%) are not used here. Remove the line."],
];

const [tab, lineFeed, carriageReturn, space, hash] = [0x09, 0x0a, 0x0d, 0x20, 0x23];

function isLineEnd(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

function isBlank(code: number): boolean {
  return code === space || code === tab || isLineEnd(code);
}

/** The offset after what js-yaml skips before a value: spaces, line breaks and comments. */
function skipBlank(text: string, from: number): number {
  let offset = from;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (isBlank(code)) offset += 1;
    else if (code === hash && (offset === 0 || isBlank(text.charCodeAt(offset - 1)))) {
      while (offset < text.length && !isLineEnd(text.charCodeAt(offset))) offset += 1;
    } else break;
  }
  return offset;
}

/** Reads YAML into parts with js-yaml's open and close events: one root part per document. */
function readParts(text: string): { roots: Part[]; problem?: YamlProblem } {
  const open: Part[] = [{ offset: 0, end: 0, kind: "nothing", text: "", children: [] }];
  let values = 0;
  function listener(event: yaml.EventType, state: yaml.State) {
    if (event === "open") {
      values += 1;
      const place = Math.min(skipBlank(text, state.position), text.length);
      if (open.length > deepest)
        throw new TooMuch(place, `is nested deeper than ${deepest} levels. Use fewer.`);
      if (values > mostValues)
        throw new TooMuch(place, `is one of more than ${mostValues} values in one file. Use fewer.`);
      open.push({ offset: state.position, end: 0, kind: "nothing", text: "", children: [] });
      return;
    }
    const part = open.pop();
    if (!part) return;
    const start = skipBlank(text, part.offset);
    if (start < state.position) part.offset = start;
    part.end = state.position;
    if (state.kind === "scalar") {
      part.kind = "scalar";
      part.text = String(state.result);
      part.children = [];
    } else if (state.kind === "mapping" || state.kind === "sequence") {
      part.kind = state.kind;
      // js-yaml first tries `[a, b]` as the key of a mapping: the same value is then opened twice.
      const [only] = part.children;
      if (part.children.length === 1 && only?.offset === part.offset && only.kind === part.kind) {
        part.children = only.children;
      }
    }
    open.at(-1)?.children.push(part);
  }
  const root = open[0];
  const roots = root?.children ?? [];
  try {
    yaml.loadAll(text, () => undefined, { schema, json: true, listener });
    return { roots };
  } catch (error) {
    if (error instanceof TooMuch)
      return { roots, problem: { offset: error.offset, path: [], message: error.message } };
    if (!(error instanceof yaml.YAMLException)) throw error;
    const [, message] = reasons.find(([pattern]) => pattern.test(error.reason)) ?? [];
    return {
      roots,
      problem: {
        offset: Math.min(error.mark?.position ?? 0, text.length),
        path: [],
        message: message ?? "this is not YAML. Check indentation, colons and quotes.",
      },
    };
  }
}

const spellings: Record<string, string> = {
  "*": "references (*) are not used here. Write the value itself.",
  "&": "anchors (&) are not used here. Write the value where it belongs.",
  "!": "tags (!) are not used here. Write the plain value.",
};

/** Turns parts into nodes and collects what YAML allows and declarations do not. */
class Understanding {
  readonly problems: YamlProblem[] = [];
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string, lines: Lines) {
    this.#text = text;
    this.#lines = lines;
  }

  node(part: Part, path: Path): Node {
    const first = this.#text[part.offset] ?? "";
    const spelling = part.kind === "nothing" && first !== "*" ? undefined : spellings[first];
    if (spelling) this.#refuse(part.offset, path, spelling);
    const { offset } = part;
    if (part.kind === "mapping") return { offset, kind: "mapping", entries: this.#entries(part, path) };
    if (part.kind === "sequence") return { offset, kind: "sequence", items: this.#items(part, first, path) };
    if (part.kind === "nothing" || spelling) return { offset, kind: "scalar", value: null };
    if (`"'|>`.includes(first)) return { offset, kind: "scalar", value: part.text };
    const read = readScalar(part.text);
    if ("value" in read) return { offset, kind: "scalar", value: read.value };
    this.#refuse(offset, path, read.problem);
    return { offset, kind: "scalar", value: null };
  }

  #refuse(offset: number, path: Path, message: string) {
    this.problems.push({ offset, path, message });
  }

  /** The children of a sequence: js-yaml gives no part of its own to the mapping in `[a: 1]`. */
  #items(part: Part, first: string, path: Path): Node[] {
    if (first === "[") {
      for (const child of part.children) {
        if (this.#isKey(child)) {
          this.#refuse(
            child.offset,
            path,
            "a key stands directly inside [ ]. Write { key: value } around it.",
          );
        }
      }
    }
    return part.children.map((child, index) => this.node(child, [...path, index]));
  }

  #isKey(part: Part): boolean {
    return /[ \t]*:(?=[\s,[\]{}"']|$)/y.test(this.#text.slice(part.end, part.end + 80));
  }

  #entries(part: Part, path: Path): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const children = part.children.values();
    for (const key of children) {
      if (!this.#isKey(key)) {
        // The end of a block mapping is tried as one more key.
        if (key.kind !== "nothing") {
          this.#refuse(key.offset, path, 'a key without a value. Write "key: value" on one line.');
        }
        continue;
      }
      const value = children.next().value;
      if (value === undefined) continue;
      const name = this.#key(key, path);
      const node = this.node(value, [...path, name ?? "?"]);
      if (name === undefined) continue;
      const first = entries.get(name);
      if (first !== undefined) {
        const { line } = this.#lines.at(first.offset);
        this.#refuse(key.offset, [...path, name], `is written twice (first on line ${line}). Keep one.`);
        continue;
      }
      entries.set(name, { offset: key.offset, value: node });
    }
    return entries;
  }

  #key(part: Part, path: Path): string | undefined {
    const first = this.#text[part.offset] ?? "";
    const before = this.#text.slice(Math.max(0, part.offset - 40), part.offset);
    const reason =
      spellings[first] ??
      (part.kind !== "scalar" || part.text === ""
        ? "a key is a word followed by a colon. Write it as text."
        : /[?][ \t]+$/.test(before)
          ? 'the mark "?" before a key is not used here. Write "key: value".'
          : part.text === "<<"
            ? "merging (<<) is not used here. Write the fields themselves."
            : part.text === "__proto__"
              ? '"__proto__" cannot be a key. Choose another name.'
              : undefined);
    if (reason) this.#refuse(part.offset, path, reason);
    return reason ? undefined : part.text;
  }
}

/**
 * Reads one YAML document. Refused, each with its place: duplicate keys, anchors, references, merging, tags,
 * directives, spellings that YAML readers disagree about, and what is too deep or too much. `root` is what
 * could be understood.
 */
export function readYaml(text: string, lines: Lines): { root?: Node; problems: YamlProblem[] } {
  const { roots, problem } = readParts(text);
  const understanding = new Understanding(text, lines);
  const [root, second] = roots.map((part) => understanding.node(part, []));
  const problems = understanding.problems;
  const directive = /^%/m.exec(text.split(/^---/m)[0] ?? "");
  if (directive)
    problems.push({
      offset: directive.index,
      path: [],
      message: "directives (%) are not used here. Remove the line.",
    });
  if (second)
    problems.push({
      offset: second.offset,
      path: [],
      message: 'a second document starts here. Keep one, and remove the line "---".',
    });
  if (problem) problems.push(problem);
  const empty = roots[0]?.kind === "nothing" && problems.length === 0;
  return problem || empty || root === undefined ? { problems } : { root, problems };
}
