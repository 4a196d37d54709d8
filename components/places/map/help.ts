import type * as z from "zod";
import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { spacesSection } from "../spaces/declaration.ts";
import { accessWords, showHours } from "./words.ts";

/** Returns the help page about public computers and people who help there. */
export function spacesHelp(spaces: z.output<typeof spacesSection>, map: string | undefined): HelpPage {
  return {
    id: "espaces",
    title: "Espaces numériques",
    summary: "Un ordinateur et quelqu’un qui aide, près de chez vous.",
    body: html`<h2>Où aller</h2>
${Object.entries(spaces).map(
  ([id, { name, opening, autonomous, accessibility, workstations }]) => html`<h3 id="${id}">${name}</h3>
<ul>
<li>${workstations.count === 1 ? "1 poste" : `${workstations.count} postes`}</li>
${opening && html`<li>Quelqu’un vous aide : ${showHours(opening)}</li>`}
${autonomous && html`<li>Ouvert sans aide : ${showHours(autonomous)}</li>`}
${accessibility.length > 0 ? html`<li>Sur place : ${accessibility.map((each) => accessWords[each]).join(", ")}</li>` : undefined}
</ul>
`,
)}
${map ? html`<p>Leur place sur <a href="${map}">la carte</a>.</p>` : undefined}
<h2>Sur place</h2>
<ul>
<li>Venez comme vous êtes : ni compte, ni réservation ne sont nécessaires.</li>
<li>À la fin, fermez la session. Tout ce que vous avez fait sur le poste est effacé.</li>
<li>Pour garder un document, apportez une clé USB, ou envoyez-le-vous.</li>
</ul>`,
  };
}
