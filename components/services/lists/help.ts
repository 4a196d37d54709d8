import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { ListsPlan } from "./plan.ts";

/** Returns the help page about writing to a list and leaving it. */
export function listsHelp({ host }: Pick<ListsPlan, "host">): HelpPage {
  return {
    id: "listes",
    title: "Listes de diffusion",
    summary: "Écrire à toute une association, et ne plus recevoir une liste.",
    body: html`<h2>Écrire</h2>
<p>Écrivez à l’adresse de la liste, depuis l’adresse à laquelle vous la recevez.</p>
<h2>Ne plus recevoir</h2>
<p>Écrivez à l’adresse de la liste, avec « -request » avant le signe @ : ses responsables vous retirent.</p>
<p>Tout le reste est sur <a href="https://${host}">${host}</a>.</p>`,
  };
}
