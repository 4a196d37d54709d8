import type { HelpPage } from "../../foundation/page/help.ts";
import { html } from "../../foundation/page/html.ts";

/** Facts about the public Wi-Fi that people need. */
export interface WifiFacts {
  network: string;
  /** Whether a page with a button comes first. */
  hasPage: boolean;
  /** Place at which somebody answers in person. */
  help: string;
  /** Address of the map; undefined if there is none. */
  map: string | undefined;
  areConnectionsRecorded: boolean;
}

/** Returns the help page of the public Wi-Fi. */
export function wifiHelp({ network, hasPage, help, map, areConnectionsRecorded }: WifiFacts): HelpPage {
  return {
    id: "wifi",
    title: "Wi-Fi public",
    summary: "Se connecter dans la rue, gratuitement, sans donner son nom.",
    body: html`<h2>Se connecter</h2>
<ol>
<li>Ouvrez les réglages Wi-Fi de votre appareil.</li>
<li>Choisissez <strong>${network}</strong>, ou <strong>${network} OWE</strong> s’il s’affiche : il chiffre sans mot de passe.</li>
${hasPage ? html`<li>Une page s’ouvre. Appuyez sur « Accéder à Internet ».</li>` : undefined}
</ol>
<p>Il n’y a ni compte, ni mot de passe, ni numéro de téléphone à donner.</p>
<h2>Cela ne marche pas ?</h2>
<ul>
<li>Éteignez puis rallumez le Wi-Fi de votre appareil.</li>
<li>Rapprochez-vous de la borne. Certaines se taisent la nuit, et près des crèches.</li>
<li>Quelqu’un vous aide : ${help}.</li>
</ul>
${map ? html`<p>Où sont les bornes, et où il n’y a pas d’ondes : <a href="${map}">la carte</a>.</p>` : undefined}
<h2>Ce qui est gardé</h2>
<p>Ce que vous lisez n’est pas enregistré.${areConnectionsRecorded ? " La borne garde un an l’heure de la connexion et l’adresse de l’appareil." : ""}</p>`,
  };
}
