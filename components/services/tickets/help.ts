import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { TicketsPlan } from "./plan.ts";

/** Returns the help page about getting tickets, and about offering some as an association. */
export function ticketsHelp({ host }: Pick<TicketsPlan, "host">): HelpPage {
  return {
    id: "billetterie",
    title: "Billetterie",
    summary: "Réserver une place, et retrouver son billet.",
    body: html`<h2>Réserver</h2>
<p>L’association vous donne l’adresse de sa page sur <a href="https://${host}">${host}</a>. Choisissez vos places et laissez une adresse électronique : aucun compte n’est demandé.</p>
<h2>Retrouver son billet</h2>
<p>Le message de confirmation a un lien vers votre commande : vos billets y sont, et vous pouvez annuler si l’association le permet.</p>
<h2>Vous organisez</h2>
<p>Les responsables de l’association ouvrent leurs événements sur <a href="https://${host}/control/">${host}/control/</a>. Une entrée est gratuite, ou se paie par virement ou sur place.</p>
<p>Avant la première vente, dans « Paramètres » : votre compte bancaire sous « Paiement », l’adresse de vos mentions légales sous « Généralités ». Un événement commence en mode test : « Statut de la boutique » l’ouvre à tous.</p>
<p>Notez dans la commande chaque virement qui arrive : le billet part alors par courriel.</p>`,
  };
}
