import { TokenType, tokenize } from "@csstools/css-tokenizer";
import { Parser } from "htmlparser2";

/** Something that a text of a lesson does when it is shown, without a click. */
export type MarkupFinding =
  | { kind: "program"; what: string }
  | { kind: "remote"; what: string }
  | { kind: "unsound"; what: string };

/** Attributes whose address is fetched without anybody following it; `href` except on a link. */
const fetched = new Set([
  "src",
  "href",
  "data",
  "poster",
  "background",
  "action",
  "formaction",
  "manifest",
  "codebase",
  "classid",
  "base",
]);

/** Attributes with several such addresses, between white space and commas. */
const fetchedLists = new Set(["srcset", "imagesrcset", "archive", "ping"]);

/** Attributes that are a style, or one property of it that may name a file. Source: SVG 2, "Presentation attributes". */
const styled =
  /^(style|fill|stroke|filter|mask|clip-path|cursor|marker(-start|-mid|-end)?|to|from|by|values)$/;

/** Elements that give an attribute of another element a value in time, and the attributes that hold it. */
const animations = new Set(["set", "animate", "animatetransform", "animatemotion", "animatecolor"]);
const animated = new Set(["to", "from", "by", "values"]);

/** Elements whose `href` waits for a click. */
const links = new Set(["a", "area"]);

/** Text of one element that is read as a page within the page, such as OpenBoard's text boxes. In characters. */
const longestText = 2 ** 20;

/**
 * Reads a page, a picture or a widget's page piece by piece and reports programs and addresses of other hosts. Markup
 * that is broken is read as a browser reads it, so that nothing hides in it.
 */
export class MarkupReader {
  private readonly language: "xml" | "html";
  private readonly found: (finding: MarkupFinding) => void;
  private readonly parser: Parser;
  private text = "";
  private styles = 0;

  /** @param language how the text is read: `xml` for SVG, RDF and `config.xml`. */
  constructor(language: "xml" | "html", found: (finding: MarkupFinding) => void) {
    this.language = language;
    this.found = found;
    this.parser = new Parser(
      {
        onopentag: (name, attributes) => this.open(name, attributes),
        onclosetag: (name) => {
          this.judgeText();
          if (localName(name) === "style") this.styles -= 1;
        },
        ontext: (text) => {
          if (this.text.length < longestText) this.text += text;
        },
        onprocessinginstruction: (_name, data) => this.instruction(data),
      },
      { xmlMode: language === "xml", decodeEntities: true },
    );
  }

  write(text: string): void {
    // How UTF-16 without a mark looks, which a browser would read as such.
    if (text.includes("\0")) this.found({ kind: "unsound", what: "a character of zero, which no text has" });
    this.parser.write(text);
  }

  end(): void {
    this.parser.end();
    this.judgeText();
  }

  private open(name: string, attributes: Record<string, string>): void {
    this.judgeText();
    const element = localName(name);
    if (element === "script") this.found({ kind: "program", what: "a script" });
    for (const [written, value] of Object.entries(attributes)) {
      const attribute = localName(written);
      if (/^on[a-z]/i.test(written)) this.found({ kind: "program", what: `what runs ${written}` });
      if (attribute === "srcdoc") this.found({ kind: "program", what: "a page within an attribute" });
      for (const address of addresses(element, attribute, value)) {
        this.judgeAddress(address, attribute === "href" && links.has(element));
      }
      if (styled.test(attribute)) this.judgeStyle(value);
    }
    if (element === "style") this.styles += 1;
    if (element === "meta" && /refresh/i.test(attributes["http-equiv"] ?? "")) {
      this.found({ kind: "remote", what: "a redirection" });
    }
  }

  private judgeAddress(address: string, link: boolean): void {
    const finding = addressFinding(address, link);
    if (finding) this.found(finding);
  }

  private judgeStyle(css: string): void {
    for (const finding of styleFindings(css)) this.found(finding);
  }

  private judgeText(): void {
    const text = this.text;
    this.text = "";
    if (text.length >= longestText) {
      this.found({ kind: "unsound", what: "a text of more than a million characters" });
    }
    if (this.styles > 0) this.judgeStyle(text);
    // OpenBoard keeps formatted text as escaped HTML inside the page.
    if (this.language === "xml" && text.includes("<")) {
      const inner = new MarkupReader("html", this.found);
      inner.write(text);
      inner.end();
    }
  }

  private instruction(data: string): void {
    if (/^!doctype/i.test(data) && data.includes("[")) {
      this.found({ kind: "unsound", what: "definitions of its own (an internal DTD)" });
    }
    const encoding = /^\?xml\b.*encoding\s*=\s*["']([^"']*)/is.exec(data)?.[1];
    if (encoding !== undefined && encoding.toLowerCase() !== "utf-8") {
      this.found({
        kind: "unsound",
        what: `the encoding ${JSON.stringify(encoding)}, where UTF-8 is expected`,
      });
    }
    const href = /^\?xml-stylesheet\b.*href\s*=\s*["']([^"']*)/is.exec(data)?.[1];
    if (href !== undefined) this.judgeAddress(href, false);
  }
}

/** Addresses that an attribute has fetched, or may have fetched in time. */
function addresses(element: string, attribute: string, value: string): string[] {
  if (fetched.has(attribute)) return [value];
  // An address may hold a comma, but starts only after one.
  if (fetchedLists.has(attribute)) return value.split(/[\s,]+/);
  return animations.has(element) && animated.has(attribute) ? value.split(";") : [];
}

/**
 * Addresses in a style sheet that are fetched by themselves. A string counts wherever it stands: image-set(), src()
 * and what a variable brings take it for an address too. The name of a namespace is no address.
 */
export function styleFindings(css: string): MarkupFinding[] {
  const found: MarkupFinding[] = [];
  let namespace = false;
  for (const token of tokenize({ css })) {
    if (token[0] === TokenType.AtKeyword) namespace = token[4].value.toLowerCase() === "namespace";
    else if (token[0] === TokenType.Semicolon) namespace = false;
    if (namespace) continue;
    const address =
      token[0] === TokenType.URL || token[0] === TokenType.String
        ? token[4].value
        : token[0] === TokenType.BadURL
          ? token[1].replace(/^[^(]*\(\s*/, "")
          : "";
    const finding = addressFinding(address, false);
    if (finding) found.push(finding);
  }
  return found;
}

/** Returns what an address would do; undefined if it stays within the lesson. */
function addressFinding(written: string, link: boolean): MarkupFinding | undefined {
  // What a browser drops from an address before it reads it.
  const address = Array.from(written)
    .filter((character) => character.charCodeAt(0) > 0x20)
    .join("");
  const shown = JSON.stringify(address.length > 60 ? `${address.slice(0, 60)}…` : address);
  if (/^[\\/]{2}/.test(address)) return link ? undefined : { kind: "remote", what: shown };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  if (scheme === "javascript" || scheme === "vbscript") return { kind: "program", what: shown };
  if (scheme === "data") {
    return /^data:(image\/(?!svg)|audio\/|video\/|font\/|application\/(x-)?font)/i.test(address)
      ? undefined
      : { kind: "program", what: `${shown}: only pictures, sounds, films and fonts may stand in an address` };
  }
  if (link && ["http", "https", "mailto"].includes(scheme)) return undefined;
  return { kind: "remote", what: shown };
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1).toLowerCase();
}
