import { readdirSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import MarkdownIt from "markdown-it";
import type { Language } from "../../components/foundation/language/language.ts";
import { html, trusted } from "../../components/foundation/page/html.ts";
import { pageText } from "../../components/foundation/page/page.ts";

/** A page of docs/, read. */
interface Source {
  /** Below docs/: `fr/visite.md`. */
  path: string;
  title: string;
  text: string;
}

const style = `pre{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto}
code{overflow-wrap:anywhere}pre code{overflow-wrap:normal}
img{max-width:100%;height:auto;border:1px solid var(--line)}
pre:focus-visible,.scroll:focus-visible{outline:3px solid var(--link)}
td,th{min-width:7rem}`;

const icon = html`<link rel="icon" href="data:,">`;

/** Which group of the index a page is in, and what is told of it. */
const groups = [
  { folder: "fr", title: "Guides en français", language: "fr" },
  { folder: ".", title: "Reference", language: "en" },
  { folder: "decisions", title: "Decisions", language: "en" },
] as const;

const languageOf = (path: string): Language => (path.startsWith("fr/") ? "fr" : "en");

const allPages = { fr: "Toutes les pages", en: "All pages" } as const;
const htmlOf = (path: string) => path.replace(/\.md$/, ".html");

/** The name of a heading in an address, as forges make it: what docs/ links to. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

function sourcesIn(docs: string): Source[] {
  return readdirSync(docs, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md"))
    .sort()
    .map((path) => {
      const [, title = basename(path), text = ""] =
        /^# (.+)\n([\s\S]*)$/.exec(readFileSync(join(docs, path), "utf8")) ?? [];
      // Notes for whoever edits the file.
      return { path, title: plain(title), text: text.replaceAll(/^<!--[\s\S]*?-->\n/gm, "") };
    });
}

/** A heading's words, without what marks code. */
const plain = (text: string) => text.replaceAll("`", "");

/**
 * Renders one page. Links to other pages lead to what they have become; those to files of the checkout, which are not of
 * the site, to where the files are, or nowhere.
 */
function bodyOf({ path, text }: Source, beside: FilesBeside): string {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const { rules } = markdown.renderer;
  const taken = new Map<string, number>();
  let heading = "";
  let tables = 0;
  rules.heading_open = (tokens, index, options, _, self) => {
    heading = plain(tokens[index + 1]?.content ?? "");
    const anchor = anchorOf(heading);
    const before = taken.get(anchor) ?? 0;
    taken.set(anchor, before + 1);
    tokens[index]?.attrSet("id", before === 0 ? anchor : `${anchor}-${before}`);
    return self.renderToken(tokens, index, options);
  };
  const label = () => html`aria-label="${`${heading} (${++tables})`}"`;
  // What is wider than a telephone moves by itself, also by the keyboard.
  rules.table_open = () => `<section class="scroll" tabindex="0" ${label()}><table>`;
  rules.table_close = () => "</table></section>";
  rules.th_open = () => '<th scope="col">';
  const code = (content: string) => `${html`<pre tabindex="0"><code>${content}</code></pre>`}\n`;
  rules.fence = (tokens, index) => code(tokens[index]?.content ?? "");
  rules.code_block = (tokens, index) => code(tokens[index]?.content ?? "");
  rules.link_open = (tokens, index, options, _, self) => {
    const token = tokens[index];
    const link = String(token?.attrGet("href"));
    const address = /^[a-z]+:|^#/.test(link) ? link : addressFrom(path, link, beside);
    if (address !== undefined) token?.attrSet("href", address);
    else if (token) Object.assign(token, { tag: "span", attrs: null });
    return self.renderToken(tokens, index, options);
  };
  rules.link_close = (tokens, index, options, _, self) => {
    // No link is within another one.
    const opening = tokens.slice(0, index).findLast(({ type }) => type === "link_open");
    Object.assign(tokens[index] ?? {}, { tag: opening?.tag });
    return self.renderToken(tokens, index, options);
  };
  return (
    markdown
      .render(text)
      // A cell with lines of its own.
      .replaceAll("&lt;br&gt;", "<br>")
      .replaceAll('<th scope="col"></th>', "<td></td>")
  );
}

/**
 * Whether pages lie in the checkout, in `.local/docs/`, from where its files are two folders above; or are alone, where
 * nobody finds them.
 */
export type FilesBeside = "in the checkout" | "none";

/** Where a link of a page leads from the page that it has become; nothing where it leads to a file that is not there. */
function addressFrom(path: string, link: string, beside: FilesBeside): string | undefined {
  const [file = "", anchor] = link.split("#");
  const target = posix.join("docs", posix.dirname(path), file);
  const isPage = /^docs\/.+\.(md|png)$/.test(target);
  if (!isPage && beside === "none") return undefined;
  const there = isPage
    ? htmlOf(posix.relative(posix.join("docs", posix.dirname(path)), target))
    : posix.join(posix.relative(posix.join("site", "docs", posix.dirname(path)), ""), target);
  return anchor === undefined ? there : `${there}#${anchor}`;
}

/** The whole of docs/ as pages that open without a server and ask nobody for anything: their paths and texts. */
export function docsPages(docs: string, beside: FilesBeside = "in the checkout"): Map<string, string> {
  const sources = sourcesIn(docs);
  const pages = sources.map((source): [string, string] => [
    htmlOf(source.path),
    pageText({
      language: languageOf(source.path),
      title: source.title,
      body: trusted(bodyOf(source, beside)),
      footer: html`<p><a href="${posix.join(posix.relative(posix.dirname(source.path), ""), "index.html")}">${
        allPages[languageOf(source.path)]
      }</a></p>`,
      style,
      head: icon,
    }),
  ]);
  return new Map([...pages, ["index.html", indexPage(sources)]]);
}

function indexPage(sources: readonly Source[]): string {
  const inGroup = (folder: string) => sources.filter(({ path }) => posix.dirname(path) === folder);
  return pageText({
    language: "fr",
    title: "Le nuage des communes : documentation",
    lead: html`Les guides sont en français. La référence est en anglais.`,
    body: html`${groups.map(
      ({ folder, title, language }) => html`<section lang="${language}"><h2>${title}</h2>
<ul>${inGroup(folder).map(({ path, title }) => html`<li><a href="${htmlOf(path)}">${title}</a></li>\n`)}</ul></section>
`,
    )}`,
    footer: html`<p>Ces pages s’ouvrent sans serveur et ne demandent rien à personne.</p>`,
    style,
    head: icon,
  });
}
