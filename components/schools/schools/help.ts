import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { SchoolsPlan } from "./plan.ts";

/** Returns the help page about what schools share, for teachers and families. */
export function schoolsHelp({ host, libraries }: Pick<SchoolsPlan, "host" | "libraries">): HelpPage {
  return {
    id: "ecoles",
    title: "Ressources des écoles",
    summary: "Leçons et images pour la classe, libres et sans compte.",
    body: html`<h2>Lire et télécharger, sans compte</h2>
<p>Ouvrez <a href="https://${host}">${host}</a>. Les leçons sont à l’adresse <a href="https://${host}/lessons/">${host}/lessons/</a>.</p>
${libraries.length > 0 ? html`<p>On y trouve aussi : ${libraries.map(({ name }) => name).join(", ")}.</p>` : undefined}
<h2>Ouvrir une leçon</h2>
<ol>
<li>Installez le logiciel libre « OpenBoard » sur un ordinateur. Ceux des classes l’ont déjà.</li>
<li>Téléchargez la leçon.</li>
<li>Dans OpenBoard, choisissez « Importer », puis le fichier.</li>
</ol>
<h2>Partager une leçon</h2>
<p>Les enseignants la donnent à la commune, à l’adresse en bas de cette page. Elle est vérifiée avant d’être publiée.</p>`,
  };
}
