import { html } from "../../foundation/page/html.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";
import { pageText } from "../../foundation/page/page.ts";
import type { ListsPlan } from "./plan.ts";

/**
 * Returns the page that explains lists and how to leave one. It names no list and no association, since not all want to
 * be known.
 */
export function listsPage({ name, domain, contact }: Pick<ListsPlan, "name" | "domain" | "contact">): string {
  return pageText({
    title: "Listes de diffusion",
    lead: html`Un message envoyé à une liste arrive à tous ceux qui y sont. Les associations que la commune ${ofPlace(name)} héberge peuvent en avoir.`,
    body: html`<h2 id="ecrire">Écrire à une liste</h2>
<p>Écrivez à l’adresse de la liste, depuis votre messagerie habituelle. Elle vous reconnaît à votre adresse : utilisez celle à laquelle vous recevez la liste.</p>
<p>Votre message est refusé ? La réponse dit pourquoi : la liste est réservée à ceux qui la reçoivent, ou à ses responsables. Parfois un responsable doit d’abord l’accepter : attendez sa réponse.</p>
<h2 id="quitter">Ne plus recevoir une liste</h2>
<p>Écrivez aux responsables : l’adresse de la liste, avec <strong>-request</strong> avant le signe @.</p>
<p>Exemple, pour la liste <code>bureau@chorale.exemple.fr</code> : <code>bureau-request@chorale.exemple.fr</code>.</p>
<p>Vous avez été ajouté par un responsable ? Un message vide à l’adresse qui finit par <strong>-unsubscribe</strong> suffit aussi. Confirmez ensuite, comme la réponse l’explique.</p>
<h2 id="responsables">Vous êtes responsable d’une liste</h2>
<p>Écrivez à <strong>sympa@</strong> et au nom de votre association, depuis votre adresse de responsable, une ligne par demande. L’objet ne compte pas.</p>
<ul>
<li><code>REVIEW bureau</code> : qui reçoit la liste « bureau ».</li>
<li><code>ADD bureau camille@exemple.fr Camille</code> : ajouter quelqu’un qui a dit oui.</li>
<li><code>DEL bureau camille@exemple.fr</code> : retirer quelqu’un.</li>
<li><code>MODINDEX bureau</code> : les messages qui attendent votre accord.</li>
</ul>
<h2 id="donnees">Vos données</h2>
<p>La commune garde votre adresse, et les messages qui attendent. Un message distribué n’est gardé ici nulle part : il n’y a pas d’archives.</p>`,
    footer: html`<p><a href="https://${domain}">${name}</a>. Une question : <a href="mailto:${contact}">${contact}</a></p>`,
  });
}
