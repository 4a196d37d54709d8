import type { Dataset } from "../foundation/page/dataset.ts";
import { html } from "../foundation/page/html.ts";
import { dataLicence } from "./catalogue.ts";
import { cataloguePath, datasetsOf, formatsOf, pathOf } from "./data.ts";
import type { FramedPage } from "./frame.ts";
import type { PortalPlan } from "./plan.ts";

/** Returns the number of rows of a set, in French. */
function counted({ rows }: Dataset): string {
  if (rows === undefined) return "Écrit au moment où on le demande.";
  return rows.length < 2 ? `${rows.length} ligne.` : `${rows.length} lignes.`;
}

/** Returns the page of the commune's open data: each set with its columns and its formats. */
export function dataPage(plan: PortalPlan): FramedPage {
  return {
    title: "Données ouvertes",
    lead: html`Ce que ${plan.commune.name} déclare, dans des formats que tout logiciel lit. Réutilisation libre : <a href="${dataLicence.address}">${dataLicence.name}</a>.`,
    body: html`${datasetsOf(plan).map(
      (set) => html`<article id="${set.id}"><h2>${set.title}</h2>
<p>${set.description} ${counted(set)}</p>
<p>${formatsOf(set).map(
        (format) => html`<a href="${pathOf(set, format)}">${set.id}.${format.ending}</a> `,
      )}</p>
<details><summary>Colonnes de ${set.id}</summary><dl>
${Object.entries(set.columns).map(([name, meaning]) => html`<dt>${name}</dt><dd>${meaning}</dd>\n`)}</dl></details></article>
`,
    )}
<h2 id="catalogue">Pour les catalogues</h2>
<p>La liste de ces données, pour data.gouv.fr et les autres (DCAT-AP) : <a href="${cataloguePath}">catalogue.jsonld</a>.</p>
<p>Ce que la commune publie de ses services, signé : <a href="/.well-known/commune.json">commune.json</a>.</p>`,
    style: "dt{font-weight:600}dd{margin:0 0 .5rem 0}details{margin:.5rem 0}",
  };
}
