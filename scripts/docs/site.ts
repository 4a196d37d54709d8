import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import MarkdownIt from "markdown-it";
import type { Language } from "../../components/foundation/language/language.ts";
import { type Html, html, trusted } from "../../components/foundation/page/html.ts";
import { pageText } from "../../components/foundation/page/page.ts";

/** A page of docs/, read. */
export interface Source {
  /** Below docs/: `fr/visite.md`. */
  path: string;
  title: string;
  text: string;
}

const style = `pre{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto}
code{overflow-wrap:anywhere}pre code{overflow-wrap:normal}
img{max-width:100%;height:auto;border:1px solid var(--line)}
pre:focus-visible,.scroll:focus-visible{outline:3px solid var(--link)}
td,th{min-width:7rem}
body>nav{max-width:70rem;margin:0 auto;padding:1rem 1.25rem 0}`;

const icon = html`<link rel="icon" href="data:,">`;

/** The page that lists the decisions, from their titles: no file of docs/. */
const decisionsIndex = "decisions/index.html";

const languageOf = (path: string): Language => (path.startsWith("fr/") ? "fr" : "en");

/** Pages with other names than their files: the French index is the first page. */
const renamed: Readonly<Record<string, string>> = {
  "fr/README.md": "index.html",
  "README.md": "reference.html",
};

/** The name of the page that a file of docs/ becomes. */
export const htmlOf = (path: string) => renamed[path] ?? path.replace(/\.md$/, ".html");
const isIndex = (path: string) => posix.basename(path) === "README.md";

/** The name of a heading in an address, as forges make it: what docs/ links to. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

/** Reads every page below docs/. */
export function sourcesIn(docs: string): Source[] {
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

/** The words of a heading, without the marks of code. */
const plain = (text: string) => text.replaceAll("`", "");

/**
 * Renders one page. Links to other pages lead to what they have become, with its title where they show the name of a file;
 * those to files of the checkout, which are not of the site, to where the files are, or nowhere.
 *
 * @param titles of all pages, by path.
 */
function bodyOf(
  { path, text }: Source,
  titles: ReadonlyMap<string, string>,
  docs: string,
  beside: FilesBeside,
): string {
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
  const { image } = rules;
  // The package has no pictures: their descriptions stand in their place.
  rules.image = (tokens, index, ...others) => {
    const { content = "" } = tokens[index] ?? {};
    const file = join(docs, posix.dirname(path), String(tokens[index]?.attrGet("src")));
    return existsSync(file) && image ? image(tokens, index, ...others) : `${html`<em>${content}</em>`}`;
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
    const shown = tokens[index + 1];
    if (shown?.content.endsWith(".md"))
      shown.content = titles.get(posix.join(posix.dirname(path), link.replace(/#.*/, ""))) ?? shown.content;
    const address = /^[a-z]+:|^#/.test(link) ? link : addressFrom(path, link, beside);
    if (address !== undefined) token?.attrSet("href", address);
    if (link.startsWith("fr/") && !path.startsWith("fr/")) token?.attrSet("lang", "fr");
    if (address !== undefined) return self.renderToken(tokens, index, options);
    if (token) Object.assign(token, { tag: "span", attrs: null });
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
 * Place of the pages: in the checkout, in `.local/docs/`, two folders below its files; or alone, without these files.
 */
export type FilesBeside = "in the checkout" | "none";

/** Returns where a link leads from the HTML page; undefined if it leads to a file that is not part of the site. */
function addressFrom(path: string, link: string, beside: FilesBeside): string | undefined {
  const [file = "", anchor] = link.split("#");
  const target = posix.join("docs", posix.dirname(path), file);
  const folder = posix.dirname(htmlOf(path));
  if (target === "docs/decisions/") return posix.relative(folder, decisionsIndex);
  const isPage = /^docs\/.+\.(md|png)$/.test(target);
  if (!isPage && beside === "none") return undefined;
  const there = isPage
    ? posix.relative(folder, htmlOf(posix.relative("docs", target)))
    : posix.join(posix.relative(posix.join("site", "docs", folder), ""), target);
  return anchor === undefined ? there : `${there}#${anchor}`;
}

/** Renders docs/ as HTML pages that need neither a server nor another host. Returns them by path. */
export function docsPages(docs: string, beside: FilesBeside = "in the checkout"): Map<string, string> {
  const sources = sourcesIn(docs);
  const titles = new Map(sources.map(({ path, title }) => [path, title]));
  const groups = new Map(sources.filter(({ path }) => isIndex(path)).flatMap(groupsIn));
  const pages = sources.map((source): [string, string] => [
    htmlOf(source.path),
    whole(source.path, source.title, trusted(bodyOf(source, titles, docs, beside)), groups.get(source.path)),
  ]);
  return new Map([...pages, [decisionsIndex, decisionsPage(sources)]]);
}

/** Returns the group of each page that an index lists: its heading, and the line in italics above its list. */
function groupsIn({ path, text }: Source): [page: string, group: string][] {
  let heading = "";
  let part: string | undefined;
  return text.split("\n").flatMap((line): [string, string][] => {
    const next = /^## (.+)/.exec(line)?.[1];
    if (next !== undefined) [heading, part] = [next, undefined];
    part = /^\*([^*]+)\*$/.exec(line)?.[1] ?? part;
    if (!line.startsWith("- ")) return [];
    const group = [heading, part].filter(Boolean).join(" › ");
    return [...line.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page = ""]) => [
      posix.join(posix.dirname(path), page),
      group,
    ]);
  });
}

/** A page with its frame: the two levels above it, and its group. An index also has the search. */
function whole(path: string, title: string, body: Html, group?: string): string {
  const language = languageOf(path);
  const { all, pages, label, guides, reference, other } = words[language];
  const top = posix.relative(posix.dirname(htmlOf(path)), "");
  const to = (page: string) => posix.join(top, page);
  return pageText({
    language,
    title,
    banner: html`<nav aria-label="Documentation">
<a href="${to(guides.page)}">${guides.name}</a> · <a href="${to(reference.page)}">${reference.name}</a>
${group === guides.name ? undefined : group && html` · ${group}`} · <a href="${to(other.page)}" lang="${other.language}" hreflang="${other.language}">${other.name}</a>
</nav>
`,
    body: isIndex(path) ? html`${searchForm(label)}${body}` : body,
    footer: html`<p><a href="${to(all)}">${pages}</a></p>`,
    style,
    head: isIndex(path) ? html`${icon}<script src="${to("search.js")}" defer></script>` : icon,
  });
}

const words = {
  en: {
    all: "reference.html",
    pages: "All pages",
    label: "Search the documentation",
    guides: { name: "Guides", page: "reference.html#guides" },
    reference: { name: "Reference", page: "reference.html#reference" },
    other: { name: "En français", page: "index.html", language: "fr" },
  },
  fr: {
    all: "index.html",
    pages: "Toutes les pages",
    label: "Chercher dans la documentation",
    guides: { name: "Guides", page: "index.html" },
    reference: { name: "Référence (en anglais)", page: "reference.html#reference" },
    other: { name: "In English", page: "reference.html", language: "en" },
  },
} as const;

/** Hidden until its script runs: without JavaScript, the lists below it are the index. */
const searchForm = (label: string) => html`<div id="search" role="search" hidden>
<p><label for="words">${label}</label> <input id="words" type="search" autocomplete="off"></p>
<p id="count" role="status"></p>
<ul id="found"></ul>
</div>
`;

function decisionsPage(sources: readonly Source[]): string {
  const decisions = sources.filter(({ path }) => posix.dirname(path) === "decisions");
  const list = decisions.map(
    ({ path, title }) => html`<li><a href="${posix.basename(htmlOf(path))}">${title}</a></li>\n`,
  );
  return whole("decisions/index.md", "Decisions", html`<ul>${list}</ul>`);
}
