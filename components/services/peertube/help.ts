import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";
import type { PeertubePlan } from "./plan.ts";

/** Returns the help page about watching the commune's videos and subscribing to new ones. */
export function peertubeHelp({ host }: Pick<PeertubePlan, "host">): HelpPage {
  return {
    id: "videos",
    title: "Vidéos",
    summary: "Regarder le conseil municipal, ralentir, télécharger, être prévenu.",
    body: html`<h2>Regarder, sans compte</h2>
<p>Ouvrez <a href="https://${host}">${host}</a>. Il n’y a ni publicité, ni compte à créer. Cela marche aussi sur un téléphone.</p>
<h2>Mieux voir, mieux entendre</h2>
<ul>
<li>La roue dentée, sous l’image, règle la vitesse et la qualité.</li>
<li>Le même bouton affiche les sous-titres, quand il y en a.</li>
<li>La connexion est lente ? Choisissez la plus petite qualité.</li>
</ul>
<h2>Garder une vidéo</h2>
<p>Sous la vidéo, appuyez sur « Télécharger » : elle se regarde ensuite sans connexion.</p>
<h2>Être prévenu</h2>
<p>Vous avez un lecteur de fils ? Ajoutez-y cette adresse : <a href="https://${host}/feeds/videos.xml">${host}/feeds/videos.xml</a>.</p>
<p>Vous avez un compte Mastodon ? Cherchez-y l’adresse d’une chaîne, puis appuyez sur « Suivre ».</p>`,
  };
}
