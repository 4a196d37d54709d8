import { day } from "../foundation/page/day.ts";
import { html } from "../foundation/page/html.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import type { FramedPage } from "./frame.ts";
import { frenchHours } from "./hours.ts";
import { newestFirst, newsHtml } from "./news.ts";
import type { PortalPlan } from "./plan.ts";
import { portalPaths } from "./published.ts";
import { publisherText, registersSource, registersText } from "./software.ts";
import { capital, dialled } from "./words.ts";

/** Most pieces of news on the page and in the feed. */
export const mostNews = 30;

/** All news on one page, each with a name of its own that leads to it. */
export function newsPage({ news, commune }: PortalPlan): FramedPage {
  const shown = newestFirst(news).slice(0, mostNews);
  return {
    title: "Actualités",
    lead: html`Ce que ${commune.name} publie d’abord ici, avant tout autre réseau. Pour les suivre sans compte : <a href="${portalPaths.feed}">fil Atom</a>.`,
    body:
      shown.length === 0
        ? html`<p>Aucune pour l’instant.</p>`
        : html`${shown.map(
            (item) => html`<article id="${item.id}"><h2>${item.title}</h2>
<p class="soft"><time datetime="${item.date}">${day(item.date)}</time></p>
${newsHtml(item)}</article>
`,
          )}`,
  };
}

/** Returns the page of the software that runs, with licences and sources. */
export function softwarePage({ software, commune }: PortalPlan): FramedPage {
  const forPeople = software.filter(({ purpose }) => purpose !== undefined);
  const beneath = software.filter(({ purpose }) => purpose === undefined);
  return {
    title: "Logiciels utilisés",
    lead: html`Tout ce que ${commune.name} fait tourner est libre : chacun peut le lire, l’étudier et le reprendre. Le même tableau : <a href="${portalPaths.data}#logiciels">données ouvertes</a>.`,
    body: html`<h2>Pour vous</h2>
${
  forPeople.length === 0
    ? html`<p>Aucun service n’est ouvert pour l’instant.</p>`
    : html`<section class="scroll" tabindex="0" aria-label="Logiciels des services"><table>
<thead><tr><th scope="col">Logiciel</th><th scope="col">À quoi il sert</th><th scope="col">Éditeur</th><th scope="col">Licence</th><th scope="col">Source</th><th scope="col">Référencé</th></tr></thead>
<tbody>
${forPeople.map(
  (each) =>
    html`<tr><th scope="row">${each.name} ${each.version}</th><td>${each.purpose}</td><td>${publisherText(each)}</td><td>${each.licence}</td><td><a href="${each.source}">${new URL(each.source).host}<span class="soft"> (${each.name})</span></a></td><td>${registersText(each)}</td></tr>\n`,
)}</tbody></table></section>`
}
<h2>En dessous</h2>
<ul>
${beneath.map(
  (each) =>
    html`<li><a href="${each.source}">${each.name}</a> ${each.version}, ${[`licence ${each.licence}`, publisherText(each), registersText(each)].filter(Boolean).join(", ")}</li>\n`,
)}</ul>
<p class="soft">Kubernetes et le système des machines n’y sont pas : ils sont à l’hébergeur.</p>
${registersSource(software)}`,
  };
}

/** Returns the legal notice: publisher, person in charge, host. */
export function legalPage({ commune, portal, retention }: PortalPlan): FramedPage {
  const { host } = portal;
  return {
    title: "Mentions légales",
    body: html`<h2>Éditeur</h2>
<p>Ville ${ofPlace(commune.name)}, ${portal.address}. Téléphone : <a href="tel:${dialled(portal.phone)}">${portal.phone}</a>. Courriel : <a href="mailto:${commune.contact}">${commune.contact}</a>.</p>
<p>Directeur ou directrice de la publication : ${portal.director}.</p>
<h2>Hébergeur</h2>
<p>${host.name}, ${host.address}. Téléphone : <a href="tel:${dialled(host.phone)}">${host.phone}</a>.</p>
<h2>Vos données</h2>
<p>Ces pages se lisent sans compte. Elles ne posent aucun cookie, ne mesurent personne et ne demandent rien à un autre serveur.</p>
${
  retention.length === 0
    ? undefined
    : html`<p>Les services de la commune gardent :</p>
<ul>${retention.map(({ what, period }) => html`<li>${what} : ${period}</li>\n`)}</ul>`
}
<p>Pour exercer vos droits, écrivez à <a href="mailto:${commune.contact}">${commune.contact}</a>. Vous pouvez aussi saisir la <a href="https://www.cnil.fr/fr/plaintes">CNIL</a>.</p>
<h2>Sur place</h2>
<p>${portal.address}. ${capital(frenchHours(portal.hours).join(" ; "))}.</p>`,
  };
}
