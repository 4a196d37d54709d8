import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Value of an option: one text, or a list of them. */
export type Value = string | readonly string[];

export interface UciSection {
  type: string;
  anonymous: boolean;
  options: Map<string, Value>;
}

/** The sections of one file, by name. */
export type UciFile = Map<string, UciSection>;

/** Words of a line as libuci splits it: quotes of both kinds, joined to what stands beside them. */
function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"#])+|#.*)/y;
  while (word.lastIndex < line.trimEnd().length) {
    const [, found] = word.exec(line) ?? [];
    if (found === undefined) return undefined;
    if (found.startsWith("#")) break;
    words.push(found.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, (_, plain, escaped) => plain ?? escaped));
  }
  return words;
}

const sectionName = /^[A-Za-z0-9_]+$/;

/** Reads a file of /etc/config; undefined if libuci finds an error. Source: openwrt/uci, file.c. */
function parseUci(text: string): UciFile | undefined {
  const file: UciFile = new Map();
  let section: UciSection | undefined;
  for (const line of text.split("\n")) {
    const words = wordsOf(line);
    if (words === undefined) return undefined;
    const [keyword, name, value] = words;
    switch (keyword) {
      case undefined:
      case "package":
        break;
      case "config": {
        if (name === undefined || (value !== undefined && !sectionName.test(value))) return undefined;
        const own = value ?? `cfg${file.size.toString(16).padStart(2, "0")}`;
        section = file.get(own) ?? { type: name, anonymous: value === undefined, options: new Map() };
        section.type = name;
        file.set(own, section);
        break;
      }
      case "option":
      case "list": {
        if (section === undefined || name === undefined || value === undefined) return undefined;
        const before = section.options.get(name);
        if (keyword === "option") section.options.set(name, value);
        else section.options.set(name, [...(before === undefined ? [] : [before].flat()), value]);
        break;
      }
      default:
        return undefined;
    }
  }
  return file;
}

function printUci(file: UciFile): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  return [...file]
    .map(([name, { type, anonymous, options }]) => {
      const lines = [...options].flatMap(([key, value]) =>
        typeof value === "string"
          ? [`\toption ${key} ${quoted(value)}`]
          : value.map((each) => `\tlist ${key} ${quoted(each)}`),
      );
      return `config ${type}${anonymous ? "" : ` '${name}'`}\n${lines.map((line) => `${line}\n`).join("")}`;
    })
    .join("\n");
}

/**
 * A double of libuci's cursor: it reads a file once, when it is first asked for it, and writes it whole. Written from
 * openwrt/uci (list.c, file.c, lua/uci.c); it knows no deltas, which openwisp-config commits at once.
 */
export class Cursor {
  private readonly files = new Map<string, UciFile | undefined>();

  constructor(private readonly folder: string) {}

  /** All sections; undefined if there is no such file, or one with an error. */
  all(file: string): UciFile | undefined {
    if (!this.files.has(file)) {
      const path = join(this.folder, file);
      this.files.set(file, existsSync(path) ? parseUci(readFileSync(path, "utf8")) : undefined);
    }
    return this.files.get(file);
  }

  section(file: string, name: string): UciSection | undefined {
    return this.all(file)?.get(name);
  }

  option(file: string, name: string, option: string): Value | undefined {
    return this.section(file, name)?.options.get(option);
  }

  /** Sets a section's type; it is made where it was not. */
  setSection(file: string, name: string, type: string): void {
    const sections = this.all(file);
    const known = sections?.get(name);
    if (known) known.type = type;
    else sections?.set(name, { type, anonymous: false, options: new Map() });
  }

  set(file: string, name: string, option: string, value: Value): void {
    this.section(file, name)?.options.set(option, value);
  }

  delete(file: string, name: string, option?: string): void {
    if (option === undefined) this.all(file)?.delete(name);
    else this.section(file, name)?.options.delete(option);
  }

  commit(file: string): void {
    const sections = this.all(file);
    if (sections) writeFileSync(join(this.folder, file), printUci(sections));
  }
}
