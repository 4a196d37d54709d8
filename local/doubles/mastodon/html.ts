import type { Addresses } from "./addresses.ts";

/** Text as it may stand in HTML and XML, in attributes too. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The HTML of a post: paragraphs, links and tags. */
export function htmlOf(text: string, addresses: Addresses): string {
  const linked = escaped(text)
    .replace(
      /https?:\/\/[^\s<]+[^\s<.,;:!?)]/g,
      (url) => `<a href="${url}" rel="nofollow noopener">${url}</a>`,
    )
    .replace(/(^|\s)#([\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*)/gu, (_, before: string, tag: string) => {
      const href = addresses.tag(tag.toLowerCase());
      return `${before}<a href="${href}" class="mention hashtag" rel="tag">#<span>${tag}</span></a>`;
    });
  return linked
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll("\n", "<br>")}</p>`)
    .join("");
}

/** The text of what another server sent as HTML: nothing that a browser would run is kept. */
export function withoutMarkup(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/p>\s*<p[^>]*>/gi, "\n\n")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
