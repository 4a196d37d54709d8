import { createHash } from "node:crypto";
import { type Html, html } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import { statementLine } from "../../foundation/page/statement.ts";
import { resetPath } from "./letters.ts";
import type { LoginPlan } from "./plan.ts";

/** Values of the commune on the pages. */
type LookOfLogin = Pick<LoginPlan, "name"> & Partial<Pick<LoginPlan, "statement" | "mail">>;

/** Folder of LemonLDAP::NG's templates that the toolkit's are mounted in, over those of the image. */
export const templatesFolder = "/usr/share/lemonldap-ng/portal/templates/commune";

/** Texts of questions and answers, by the number of LemonLDAP::NG's message. Source: Portal/Main/Constants.pm of 2.21.2. */
const messages: Readonly<Record<string, string>> = {
  "1": "Votre session est finie : connectez-vous de nouveau.",
  "2": "Écrivez votre nom et votre mot de passe.",
  "4": "Ce nom et ce mot de passe ne vont pas ensemble.",
  "5": "Ce nom et ce mot de passe ne vont pas ensemble.",
  "6": "L’annuaire ne répond pas. Essayez dans quelques minutes.",
  "28": "Ce nouveau mot de passe est trop simple : il faut douze caractères au moins.",
  "29": "Ce nouveau mot de passe est trop court : il faut douze caractères au moins.",
  "34": "Les deux nouveaux mots de passe ne sont pas les mêmes.",
  "35": "Votre mot de passe est changé.",
  "37": "L’adresse que vous avez demandée n’est pas ici.",
  "39": "Votre mot de passe actuel n’est pas celui-là.",
  "40": "Il y a là un signe qu’un nom ou une adresse n’a pas.",
  "41": "Trop de codes faux : attendez une heure.",
  "43": "Écrivez votre adresse de courriel.",
  "44": "Ce lien a déjà servi, ou date de plus d’une heure : demandez-en un autre.",
  "45": "Votre mot de passe est changé ; le courriel qui vous le dit n’est pas parti.",
  "46": "Votre mot de passe est changé.",
  "47": "Vous êtes déconnecté.",
  "56": "Vous êtes déconnecté d’ici. Un service n’a pas répondu : déconnectez-vous aussi là-bas.",
  "67": "Écrivez le nouveau mot de passe deux fois.",
  "72": "Si cette adresse est celle d’un compte, un courriel y part, avec un lien bon une fois, pendant une heure.",
  "81": "Cette page est restée ouverte trop longtemps : recommencez.",
  "82": "Cette page est restée ouverte trop longtemps : recommencez.",
  "84": "Vous êtes connecté, et ce service est réservé à d’autres personnes.",
  "86": "Trop d’essais : attendez une demi-minute.",
  "96": "Ce code n’est pas le bon : connectez-vous de nouveau.",
  "110": "Ce code n’est pas le bon, ou a déjà servi : écrivez celui que l’application montre maintenant.",
};

/** The numbers of who only comes: to log in, to ask for a link, to choose a password. */
const arrivals = ["9", "69", "71"];

/** The message as a person reads it; empty if somebody only arrives. */
const message: Html = html`<TMPL_IF NAME="AUTH_ERROR">${arrivals.reduce<Html>(
  (inner, code) => html`<TMPL_UNLESS NAME="AUTH_ERROR_${code}">${inner}</TMPL_UNLESS>`,
  html`<p class="message" role="alert">${Object.entries(messages).map(
    ([code, text]) => html`<TMPL_IF NAME="AUTH_ERROR_${code}">${text}</TMPL_IF>`,
  )}${otherwise()}</p>`,
)}</TMPL_IF>`;

/** Returns the message for every other number. */
function otherwise(): Html {
  return Object.keys(messages).reduceRight<Html>(
    (inner, code) => html`<TMPL_UNLESS NAME="AUTH_ERROR_${code}">${inner}</TMPL_UNLESS>`,
    html`Cela n’a pas abouti. Recommencez, ou écrivez à la commune.`,
  );
}

const token = html`<TMPL_IF NAME="TOKEN"><input type="hidden" name="token" value="<TMPL_VAR NAME="TOKEN" ESCAPE="HTML">"></TMPL_IF>`;

const hidden = html`<TMPL_VAR NAME="HIDDEN_INPUTS">${token}`;

const style = `form{max-width:26rem}
label{display:block;margin:1rem 0 .25rem}
input:not([type=hidden]){width:100%;font:inherit;padding:.5rem;color:inherit;background:var(--back);border:1px solid var(--soft);border-radius:.25rem}
button{margin:1.25rem 0;font:inherit;padding:.55rem 1.25rem;color:var(--back);background:var(--link);border:0;border-radius:.25rem}
.message{border-left:.3rem solid var(--link);background:var(--panel);padding:.75rem 1rem}
.tiles{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
.tiles a{display:block;height:100%;padding:1rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem;text-decoration:none}
.tiles b{display:block;font-size:1.1rem;text-decoration:underline}
.tiles span{color:var(--soft)}`;

function page(plan: LookOfLogin, title: string, body: Html): string {
  return pageText({
    title,
    body,
    style,
    footer: html`<p>${plan.name}</p>
${statementLine(plan.statement)}`,
  });
}

function field(name: string, label: string, type: "text" | "email" | "password", complete: string): Html {
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${complete}" required>`;
}

const loginForm = ({ mail }: LookOfLogin) => html`${message}
<TMPL_IF NAME="DISPLAY_FORM">
<form method="post">
${hidden}<input type="hidden" name="url" value="<TMPL_VAR NAME="AUTH_URL" ESCAPE="HTML">">
${field("user", "Votre nom de connexion", "text", "username")}
${field("password", "Votre mot de passe", "password", "current-password")}
<button type="submit">Se connecter</button>
</form>
${mail && html`<p><a href="${resetPath}">Mot de passe oublié ?</a></p>`}
<TMPL_ELSE><p><a href="/">Se connecter</a></p>
</TMPL_IF>`;

const tiles = html`<TMPL_IF NAME="NO_APP_ALLOWED"><p>Rien ne vous est ouvert pour le moment : écrivez à la commune, ou à votre association.</p></TMPL_IF>
<TMPL_LOOP NAME="APPSLIST_LOOP"><TMPL_IF NAME="category">
<h2><TMPL_VAR NAME="catname" ESCAPE="HTML"></h2>
<ul class="tiles"><TMPL_LOOP NAME="applications"><li><a href="<TMPL_VAR NAME="appuri" ESCAPE="HTML">"><b><TMPL_VAR NAME="appname" ESCAPE="HTML"></b><span><TMPL_VAR NAME="appdesc" ESCAPE="HTML"></span></a></li></TMPL_LOOP></ul>
</TMPL_IF></TMPL_LOOP>`;

const newPassword = html`${field("newpassword", "Le nouveau, de douze caractères au moins", "password", "new-password")}
${field("confirmpassword", "Le nouveau, encore une fois", "password", "new-password")}`;

const passwordForm = html`<h2>Changer de mot de passe</h2>
<form method="post" action="/">
${hidden}<input type="hidden" name="user" value="<TMPL_VAR NAME="LOGIN" ESCAPE="HTML">">
${field("oldpassword", "Votre mot de passe actuel", "password", "current-password")}
${newPassword}
<button type="submit">Changer</button>
</form>`;

const resetForms = html`${message}
<TMPL_IF NAME="DISPLAY_FORM">
<p>Un courriel part à votre adresse, avec un lien par lequel vous choisissez un autre mot de passe.</p>
<form method="post" action="${resetPath}">
${token}
${field("mail", "Votre adresse de courriel", "email", "email")}
<button type="submit">Recevoir le lien</button>
</form>
</TMPL_IF>
<TMPL_IF NAME="DISPLAY_PASSWORD_FORM">
<form method="post" action="${resetPath}">
${token}<TMPL_IF NAME="MAIL_TOKEN"><input type="hidden" name="mail_token" value="<TMPL_VAR NAME="MAIL_TOKEN" ESCAPE="HTML">"></TMPL_IF>
${newPassword}
<button type="submit">Changer</button>
</form>
</TMPL_IF>
<p><a href="/">Se connecter</a></p>`;

const menu = html`<p>Vous êtes connecté sous le nom <b><TMPL_VAR NAME="AUTH_USER" ESCAPE="HTML"></b>. <a href="/2fregisters">Double authentification</a>, <a href="/?logout=1">se déconnecter</a>, <a href="/?logout=1&amp;everywhere=1">se déconnecter partout</a></p>
${message}
<TMPL_LOOP NAME="DISPLAY_MODULES"><TMPL_IF NAME="Appslist">${tiles}</TMPL_IF><TMPL_IF NAME="ChangePassword">${passwordForm}</TMPL_IF></TMPL_LOOP>`;

const code = html`<label for="code">Le code de six chiffres</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required>`;

const factors = html`<TMPL_IF NAME="REGISTERED"><p class="message" role="status">C’est fait : à chaque connexion, un code vous sera demandé après le mot de passe.</p></TMPL_IF>
<TMPL_IF NAME="REG_REQUIRED"><p class="message" role="alert">Votre compte ne s’ouvre qu’avec une double authentification.</p></TMPL_IF>
<p>Après le mot de passe, vous écrivez un code que votre téléphone calcule : qui apprend votre mot de passe n’entre pas pour autant.</p>
<TMPL_LOOP NAME="SFDEVICES">
<form method="post" action="/2fregisters/totp/delete">
<p>Une application de codes, ajoutée le <TMPL_VAR NAME="day">.</p>
<input type="hidden" name="token" value="<TMPL_VAR NAME="token" ESCAPE="HTML">"><input type="hidden" name="epoch" value="<TMPL_VAR NAME="epoch" ESCAPE="HTML">">
<button type="submit">La retirer</button>
</form>
</TMPL_LOOP>
<TMPL_UNLESS NAME="FULL"><p><a href="/2fregisters/totp">Ajouter une application de codes</a></p></TMPL_UNLESS>
<p><a href="/?cancel=1">Revenir à l’accueil de la connexion</a></p>`;

const registerFactor = html`<TMPL_IF NAME="WRONG"><p class="message" role="alert">Ce code n’est pas le bon, ou a déjà servi : écrivez celui que l’application montre maintenant.</p></TMPL_IF>
<p>Il vous faut une application de codes sur votre téléphone, FreeOTP ou Aegis par exemple, qui sont libres. Ajoutez-y un compte : <a href="<TMPL_VAR NAME="OTPAUTH" ESCAPE="HTML">">ouvrez ce lien</a> si vous lisez cette page sur le téléphone, ou recopiez-y cette clé, « basée sur le temps » :</p>
<p><code><TMPL_VAR NAME="KEY" ESCAPE="HTML"></code></p>
<form method="post" action="/2fregisters/totp/verify">
${token}
${code}
<button type="submit">Ajouter</button>
</form>
<p><a href="/?cancel=1">Revenir à l’accueil de la connexion</a></p>`;

const askFactor = html`${message}
<form method="post" action="<TMPL_VAR NAME="TARGET" ESCAPE="HTML">">
${token}
${code}
<button type="submit">Se connecter</button>
</form>
<p>Vous avez perdu votre téléphone : écrivez à la commune, ou à votre association.</p>
<p><a href="/?cancel=1">Renoncer</a></p>`;

const back = html`<p><a href="/">Revenir à l’accueil de la connexion</a></p>`;

const failed = html`${message}
<TMPL_IF NAME="ERROR403"><p class="message" role="alert">Vous êtes connecté, et cette page est réservée à d’autres personnes.</p></TMPL_IF>
<TMPL_IF NAME="ERROR404"><p class="message" role="alert">Il n’y a rien à cette adresse.</p></TMPL_IF>
<TMPL_IF NAME="ERROR500"><p class="message" role="alert">Le service ne répond pas. Essayez dans quelques minutes.</p></TMPL_IF>
${back}`;

const information = html`<form method="<TMPL_VAR NAME="FORM_METHOD">" action="<TMPL_VAR NAME="URL" ESCAPE="HTML">">
<TMPL_VAR NAME="HIDDEN_INPUTS">
<button type="submit">Continuer</button>
</form>`;

/** Returns the pages by the name of LemonLDAP::NG's template: in French, and complete without JavaScript. */
export function templates(plan: LookOfLogin): Record<string, string> {
  return {
    "login.tpl": page(plan, "Se connecter", loginForm(plan)),
    "menu.tpl": page(plan, "Ce qui vous est ouvert", menu),
    "error.tpl": page(plan, "Ce n’est pas possible", failed),
    "info.tpl": page(plan, "Un instant", information),
    "2fregisters.tpl": page(plan, "Double authentification", factors),
    "totp2fregister.tpl": page(plan, "Ajouter une application de codes", registerFactor),
    "totp2fcheck.tpl": page(plan, "Votre code", askFactor),
    ...(plan.mail && { "mail.tpl": page(plan, "Un autre mot de passe", resetForms) }),
  };
}

/** The style that stands in every page, as a Content Security Policy names it: no other one is applied. */
export function styleSource(plan: LookOfLogin): string {
  const [, text = ""] = /<style>([\s\S]*?)<\/style>/.exec(templates(plan)["login.tpl"] ?? "") ?? [];
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
