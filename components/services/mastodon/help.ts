import type { HelpPage } from "../../foundation/page/help.ts";
import { type Html, html } from "../../foundation/page/html.ts";
import type { MastodonPlan } from "./plan.ts";

type Served = Pick<MastodonPlan, "host" | "handleDomain" | "registrations" | "owner">;

/** Returns the help page about reading, following and answering the commune's posts. */
export function mastodonHelp(served: Served): HelpPage {
  const { host, handleDomain, owner } = served;
  const handle = `@${owner.name}@${handleDomain}`;
  return {
    id: "publications",
    title: "Actualités et échanges",
    summary: "Lire ce que dit la commune, la suivre, lui répondre.",
    body: html`<h2>Lire, sans compte</h2>
<p>Tout ce qui est public se lit ici : <a href="https://${host}/@${owner.name}">${host}/@${owner.name}</a>.</p>
<p>Vous avez un lecteur de fils ? Ajoutez-y cette adresse : <a href="https://${host}/@${owner.name}.rss">${host}/@${owner.name}.rss</a>.</p>
<h2>Suivre et répondre</h2>
<p>Il vous faut un compte Mastodon. Il peut être ici ou ailleurs : les serveurs se parlent.</p>
<ol>
<li>Ouvrez la recherche de votre Mastodon.</li>
<li>Écrivez : <strong>${handle}</strong></li>
<li>Appuyez sur « Suivre ».</li>
</ol>
<h2>Avoir un compte ici</h2>
${account(served)}
<h2>Sur un téléphone</h2>
<ol>
<li>Installez une application libre : « Tusky » ou « Mastodon » par exemple.</li>
<li>Écrivez le nom du serveur de votre compte. Pour un compte d’ici : <strong>${host}</strong></li>
<li>Une page s’ouvre : connectez-vous, puis appuyez sur « Autoriser ».</li>
</ol>
<h2>Un message vous blesse ?</h2>
<p>Appuyez sur les trois points du message, puis sur « Signaler ». Quelqu’un de la commune le lit.</p>`,
  };
}

function account({ host, registrations }: Served): Html {
  const sign = html`Ouvrez <a href="https://${host}/auth/sign_up">${host}/auth/sign_up</a>, et choisissez un nom et un mot de passe.`;
  switch (registrations) {
    case "open":
      return html`<p>${sign} Un courriel vous demande de confirmer votre adresse.</p>`;
    case "approval":
      return html`<p>${sign} Dites en une phrase qui vous êtes : quelqu’un de la commune vous ouvre ensuite le compte.</p>`;
    case "closed":
      return html`<p>Les comptes d’ici sont ceux de la commune. Pour le vôtre, choisissez un autre serveur : vous pourrez suivre et répondre de la même façon.</p>`;
  }
}
