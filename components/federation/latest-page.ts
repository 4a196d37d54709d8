import { type Html, html } from "../foundation/page/html.ts";
import type { FrenchKind } from "./descriptor-page.ts";
import { keptLatest, type Latest, type LatestItem, type LatestOfService, latestPagePath } from "./latest.ts";

/** Number of items of each service on the first page, and their length. */
const atHome = { items: 3, letters: 180 } as const;

/** Style of lists of posts and videos. */
export const latestStyle = `.latest{list-style:none;padding:0}
.latest li{border-left:.35rem solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.8rem 0;overflow-wrap:anywhere}
.latest p{margin:.1rem 0;white-space:pre-line}`;

/** Returns the page of the newest posts and videos of the commune's own services. Opening it sends them no request. */
export function latestPage(
  latest: Latest | undefined,
  { name, french }: { name: string; french: FrenchKind },
) {
  const services = shown(latest);
  return {
    title: "Publications et vidéos",
    lead: html`Ce que ${name} a publié sur ses propres services, sans compte et sans quitter cette page.`,
    body:
      services.length === 0
        ? html`<p>Rien n’est encore connu. Revenez dans quelques minutes.</p>`
        : html`${services.map(
            ([kind, each]) => html`<h2 id="${kind}">${french(kind)}</h2>
${list(each, each.items)}
<p class="soft">${asOf(each)} Tout voir : <a href="${each.url}">${new URL(each.url).host}</a>.</p>
`,
          )}`,
    style: latestStyle,
    footer: html`<p><a href="/">${name}</a></p>`,
  };
}

/** Returns the first page's section of the newest posts and videos; undefined if none is known. */
export function latestSections(latest: Latest | undefined, french: FrenchKind): Html | undefined {
  const services = shown(latest).filter(([, { items }]) => items.length > 0);
  if (services.length === 0) return undefined;
  return html`<h2 id="publications">Publications et vidéos</h2>
${services.map(
  ([kind, each]) => html`<h3>${french(kind)}</h3>
${list(
  each,
  each.items.slice(0, atHome.items).map((item) => ({ ...item, text: cut(item.text, atHome.letters) })),
)}
`,
)}<p><a href="${latestPagePath}">Toutes les publications et vidéos</a></p>`;
}

function shown(latest: Latest | undefined): [string, LatestOfService][] {
  return Object.entries(latest?.services ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}

function list({ answers }: LatestOfService, items: readonly LatestItem[]): Html {
  if (items.length === 0)
    return html`<p>${answers ? "Aucune pour l’instant." : "Ce service ne répond pas encore."}</p>`;
  return html`<ul class="latest">
${items.map(
  ({ url, date, text }) => html`<li><p>${text}</p>\n<p><a href="${url}">Du ${moment(date)}</a></p></li>\n`,
)}</ul>`;
}

/** Writes the age of a service's items: they stay when the service stops answering. */
function asOf({ answers, at }: LatestOfService): string {
  return answers
    ? `Les ${keptLatest} plus récentes, au ${moment(at)}.`
    : `Ce service ne répond pas en ce moment : voici ce qu’il montrait le ${moment(at)}.`;
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters).replace(/\s+\S*$/, "")} …`;
}

function moment(instant: string): string {
  return new Date(instant).toLocaleString("fr-FR", {
    ...{ dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" },
  });
}
