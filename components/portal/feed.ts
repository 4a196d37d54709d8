import { html } from "../foundation/page/html.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import { newestFirst, newsHtml } from "./news.ts";
import { mostNews } from "./pages.ts";
import type { PortalPlan } from "./plan.ts";
import { portalPaths } from "./published.ts";

/** The news as an Atom feed (RFC 4287), which is read with no account anywhere. */
export function newsFeed({ commune, news }: PortalPlan): string {
  const { name, domain, contact } = commune;
  const page = `https://${domain}${portalPaths.news}`;
  const shown = newestFirst(news).slice(0, mostNews);
  // The day is all that is known of a moment: noon is in the same day all over France.
  const moment = (date: string) => `${date}T12:00:00Z`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<title>Actualités ${ofPlace(name)}</title>
<id>${page}</id>
<link rel="alternate" type="text/html" href="${page}"/>
<link rel="self" type="application/atom+xml" href="https://${domain}${portalPaths.feed}"/>
<updated>${moment(shown[0]?.date ?? "1970-01-01")}</updated>
<author><name>Ville ${ofPlace(name)}</name><email>${contact}</email></author>
${shown.map(
  (item) => html`<entry>
<title>${item.title}</title>
<id>${page}#${item.id}</id>
<link rel="alternate" type="text/html" href="${page}#${item.id}"/>
<published>${moment(item.date)}</published>
<updated>${moment(item.date)}</updated>
<content type="html">${newsHtml(item).toString()}</content>
</entry>
`,
)}</feed>`}\n`;
}
