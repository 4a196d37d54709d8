import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { NextcloudPlan } from "./plan.ts";

/** Returns the help page about opening documents, and about setting up agenda and contacts on a telephone. */
export function nextcloudHelp({ host, apps }: Pick<NextcloudPlan, "host" | "apps">): HelpPage {
  const hasAgenda = apps.includes("calendar");
  const hasContacts = apps.includes("contacts");
  const kept = [...(hasAgenda ? ["agenda"] : []), ...(hasContacts ? ["contacts"] : [])].join(" et ");
  return {
    id: "documents",
    title: ["Documents", ...(kept === "" ? [] : [kept])].join(", "),
    summary: "Ouvrir vos documents, sur un ordinateur ou un téléphone.",
    body: html`<h2>Sans compte</h2>
<p>Quelqu’un vous a envoyé un lien ? Ouvrez-le : le document s’affiche, sans compte.</p>
<h2>Avoir un compte</h2>
<p>La commune donne un compte à ses agents, à ses élus et à ceux qui travaillent avec elle. Demandez-le à l’adresse en bas de cette page.</p>
<h2>Sur un ordinateur</h2>
<ol>
<li>Ouvrez <a href="https://${host}">${host}</a> dans votre navigateur.</li>
<li>Écrivez votre nom d’utilisateur, puis votre mot de passe.</li>
<li>Appuyez sur « Se connecter ».</li>
</ol>
<h2>Sur un téléphone</h2>
<ol>
<li>Installez l’application libre « Nextcloud ». Elle est dans F-Droid et dans le magasin de votre téléphone.</li>
<li>Ouvrez-la, appuyez sur « Se connecter », et écrivez cette adresse : <strong>${host}</strong></li>
<li>Une page s’ouvre. Écrivez-y votre nom d’utilisateur et votre mot de passe.</li>
<li>Appuyez sur « Autoriser l’accès ». Vos dossiers s’affichent.</li>
</ol>
${
  kept === ""
    ? undefined
    : html`<h2>Agenda et contacts dans le téléphone</h2>
<h3>Téléphone Android</h3>
<ol>
<li>Installez l’application libre « DAVx⁵ ».</li>
<li>Ajoutez un compte, et choisissez « Nextcloud ».</li>
<li>Écrivez cette adresse : <strong>${host}</strong></li>
<li>Connectez-vous, puis cochez ce que vous voulez voir : ${kept}.</li>
</ol>
<h3>iPhone</h3>
<ol>
<li>Dans Nextcloud, ouvrez « Paramètres personnels », puis « Sécurité ». Créez un mot de passe d’application : il ne sert qu’à ce téléphone.</li>
<li>Dans les réglages du téléphone, ajoutez un compte, puis « Autre ». Choisissez ${[
        ...(hasAgenda ? ["« CalDAV » pour l’agenda"] : []),
        ...(hasContacts ? ["« CardDAV » pour les contacts"] : []),
      ].join(", ")}.</li>
<li>Écrivez l’adresse <strong>${host}</strong>, votre nom d’utilisateur et ce mot de passe.</li>
</ol>`
}
<h2>Téléphone perdu, mot de passe oublié</h2>
<p>Appelez-nous. Personne ne connaît votre mot de passe : nous vous en donnons un autre, et nous déconnectons le téléphone perdu.</p>`,
  };
}
