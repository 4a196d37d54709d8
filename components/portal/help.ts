import { html } from "../foundation/page/html.ts";
import type { FramedPage } from "./frame.ts";
import { frenchHours } from "./hours.ts";
import type { PortalPlan } from "./plan.ts";
import { portalPaths } from "./published.ts";
import { dialled } from "./words.ts";

/** Help with everything that the commune offers: a list, and a page each. */
export function helpPages(plan: PortalPlan): { path: string; page: FramedPage }[] {
  const pathOf = (id: string) => `${portalPaths.help}/${id}`;
  const list: FramedPage = {
    title: "Aide",
    lead: html`Une page pour chaque service : comment commencer, sur un ordinateur ou un téléphone.`,
    body: html`<ul>
${plan.help.map(({ id, title, summary }) => html`<li><a href="${pathOf(id)}">${title}</a> : ${summary}</li>\n`)}</ul>
${somebody(plan)}`,
  };
  return [
    { path: portalPaths.help, page: list },
    ...plan.help.map(({ id, title, summary, body }) => ({
      path: pathOf(id),
      page: {
        title,
        lead: html`${summary}`,
        body: html`${body}
${somebody(plan)}
<p><a href="${portalPaths.help}">Toutes les pages d’aide</a></p>`,
      },
    })),
  ];
}

/** No page is a last resort. */
function somebody({ commune, portal }: PortalPlan) {
  return html`<h2>Parler à quelqu’un</h2>
<p>Téléphone : <a href="tel:${dialled(portal.phone)}">${portal.phone}</a>. Courriel : <a href="mailto:${commune.contact}">${commune.contact}</a>.</p>
<p>Sur place : ${portal.address}, ${frenchHours(portal.hours).join(" ; ")}.</p>`;
}
