import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { formStyle } from "../../../foundation/page/form-style.ts";
import { type Html, html, trusted } from "../../../foundation/page/html.ts";
import { ofPlace } from "../../../foundation/page/of-place.ts";
import { pageText } from "../../../foundation/page/page.ts";
import { type Statement, statementLine } from "../../../foundation/page/statement.ts";
import { readTemplate } from "../../../foundation/template/template.ts";
import { toolkitFile } from "../../../foundation/toolkit.ts";

/** Path of the page, below the login's name. */
export const approvalsPath = "/accord";

/** Its file in the login's configuration. */
export const approvalsFile = "accord.html";

/** A commune whose officials approve in a browser. */
export interface ApprovalsSubject {
  commune: string;
  name: string;
  /** Address that answers and new keys are sent to. */
  contact: string;
  statement: Statement | undefined;
}

const style = `${formStyle}
section[hidden],.fault[hidden]{display:none}
.label{display:inline-block;font-weight:700;border:2px solid currentColor;border-radius:2rem;padding:.1rem .9rem}
.asked{background:var(--panel);border:1px solid var(--line);border-left:.5rem solid var(--link);border-radius:.5rem;padding:.25rem 1.25rem}
select{font:inherit;padding:.5rem;color:inherit;background:var(--back);border:1px solid var(--soft);border-radius:.25rem}
textarea{font:.9rem/1.4 ui-monospace,monospace}
fieldset label{font-weight:400;padding:.35rem 0}
a.mail{display:inline-block;font-weight:600;padding:.6rem 1.2rem;border-radius:.35rem;background:var(--link);color:var(--back)}`;

/** Ways to send a text to who keeps the log. */
function ways(label: string, id: string): Html {
  return html`<p><label for="${id}">${label}</label>
<textarea id="${id}" readonly rows="10" spellcheck="false"></textarea></p>
<p><a class="mail" href="#">Envoyer par courriel</a></p>
<p><button type="button" class="copy second">Copier</button> <a class="file" href="#">Enregistrer le fichier</a></p>`;
}

/** Ways to say yes without this page's script. */
function otherWays(contact: string): Html {
  return html`<p>Autrement :</p>
<ul><li>ouvrez le lien sur un téléphone ou un ordinateur récent ;</li>
<li>ou signez avec une clé SSH, sur une machine de l’équipe informatique : <code>npx commune approve &lt;commune&gt;</code> ;</li>
<li>ou écrivez à <a href="mailto:${contact}">${contact}</a>.</li></ul>
<p>Tant que personne ne dit oui, tout reste comme avant.</p>`;
}

const script = () => readFileSync(toolkitFile("components/platform/login/approvals/browser.js"), "utf8");

/** The page on which somebody approves a change with a passkey, and makes one: complete in itself, it asks for nothing. */
export function approvalsPage({ commune, name, contact, statement }: ApprovalsSubject): string {
  return pageText({
    title: "Dire oui à un changement",
    lead: html`Le nuage ${ofPlace(name)} ne change qu’avec un accord. Vous le donnez ici, avec votre clé d’accès : un doigt, un visage ou le code de votre appareil.`,
    style,
    head: html`<link rel="icon" href="data:,">`,
    body: html`<div id="accord" data-commune="${commune}" data-name="${name}" data-contact="${contact}">
<p id="message" class="fault" role="alert" hidden></p>
<section id="sans">
<h2>Sans JavaScript, ou avec un navigateur ancien</h2>
<p>Cette page ne peut pas parler à votre appareil. Rien n’est signé.</p>
${otherWays(contact)}
</section>
<section id="demande" hidden>
<h2>Ce que vous approuvez</h2>
<div class="asked"><p><span class="label" id="effet"></span></p>
<ul id="phrases"></ul></div>
<p>Le rapport complet est dans la page que vous avez reçue avec ce lien. Lisez-la d’abord.</p>
<dl><dt>Qui doit dire oui</dt><dd id="qui"></dd>
<dt>Empreinte de ce qui serait appliqué</dt><dd><code id="empreinte"></code></dd>
<dt>Empreinte du rapport</dt><dd><code id="empreinte-rapport"></code></dd></dl>
<form id="oui">
<fieldset id="signataires"><legend>Vous signez comme</legend></fieldset>
<p>Votre accord vaut sept jours, une fois, pour ce changement et lui seul. Pour dire non, fermez cette page : rien n’est signé.</p>
<p><button type="submit">J’approuve ce changement, et lui seul</button></p>
</form>
</section>
<section id="reponse" hidden>
<h2 tabindex="-1">Votre accord signé, à envoyer</h2>
<p>Il compte quand l’équipe informatique l’a reçu : la page n’envoie rien elle-même. Il ne contient aucun secret.</p>
${ways("Votre accord", "texte-accord")}
</section>
<section id="accueil" hidden>
<h2>Approuver</h2>
<p>Ouvrez le lien que l’équipe informatique vous a envoyé : il porte le changement.</p>
<h2>Créer votre clé d’accès</h2>
<p>Une fois, sur l’appareil avec lequel vous signerez. La clé y reste : elle vaut votre signature.</p>
<form id="creer">
<p><label for="fonction">Votre fonction, jamais votre nom</label>
<input type="text" id="fonction" name="fonction" required maxlength="100" autocomplete="off"></p>
<p><label for="role">À quel titre vous signez</label>
<select id="role" name="role"><option value="official">élu, ou par délégation d’un élu</option><option value="data-protection">délégué à la protection des données</option><option value="administrator">équipe informatique</option></select></p>
<p><button type="submit">Créer la clé</button></p>
</form>
</section>
<section id="cle" hidden>
<h2 tabindex="-1">Votre clé d’accès, à faire inscrire</h2>
<p>Envoyez ces lignes : l’équipe informatique les inscrit parmi les signataires. Elle vérifie avec vous, de vive voix, la fin de la ligne <code>publicKey</code>. Ces lignes ne contiennent aucun secret.</p>
${ways("Lignes pour approvers.yaml", "texte-cle")}
</section>
</div>
<script type="module">${trusted(script())}</script>`,
    footer: statementLine(statement),
  });
}

/** Source of an element of the page, as a Content Security Policy names it. */
function sourceOf(page: string, element: "style" | "script"): string {
  const [, text = ""] = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(page) ?? [];
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Returns what the page may do: run its own script and style, and load nothing. */
export function approvalsPolicy(page: string): string {
  return [
    "default-src 'none'",
    `script-src ${sourceOf(page, "script")}`,
    `style-src ${sourceOf(page, "style")}`,
    "img-src data:",
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join("; ");
}

/** Returns the directives with which the login's front serves the page; empty if there is none. */
export function approvalsConfiguration(page: string | undefined): string {
  return page === undefined
    ? ""
    : readTemplate("platform/login/pod/approvals.conf", {
        PATH: approvalsPath,
        FILE: `/etc/login/${approvalsFile}`,
        POLICY: approvalsPolicy(page),
      });
}
