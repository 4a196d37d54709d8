import { formStyle } from "../../foundation/page/form-style.ts";
import { type Html, html } from "../../foundation/page/html.ts";
import { agentsGroup } from "../../platform/directory/plan.ts";
import { resetPath } from "../../platform/login/letters.ts";
import { agendasOf } from "./devices.ts";
import type { Invitation } from "./keys.ts";
import { administered, belongingTo } from "./members.ts";
import { longestName, type Person, type PersonFaults, type PersonField } from "./person.ts";
import {
  type AccountsSettings,
  type Association,
  associationsPath,
  devicesPath,
  invitationPath,
} from "./settings.ts";

/** A page before it gets the commune's look. */
export interface AccountsPage {
  title: string;
  lead?: Html;
  body: Html;
  style: string;
}

export type Commune = Pick<AccountsSettings, "name" | "host" | "loginHost" | "contact" | "associations">;

/** A message at the top of a page, about what somebody has just done. */
export type Note = { kind: "well" | "faults"; text: string } | undefined;

export const pageStyle = `${formStyle}
.people{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1rem}
.people li{position:relative;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1rem}
body{overflow-wrap:anywhere}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.25rem 1rem;max-width:40rem}
dd{margin:0}
@media (max-width:30rem){dl{grid-template-columns:1fr}}`;

const fieldLabels: Readonly<Record<PersonField, string>> = {
  givenName: "Prénom",
  surname: "Nom de famille",
  name: "Nom affiché",
  mail: "Adresse de courriel",
};

/** Returns the box with what was done, or with the objection to it. */
export function noteBox(note: Note): Html | undefined {
  if (note === undefined) return undefined;
  return html`<div class="${note.kind}" role="${note.kind === "well" ? "status" : "alert"}"><p>${note.text}</p></div>\n`;
}

/** Returns the mistakes in a form, each with a link to its field. */
export function faultBox(faults: PersonFaults, prefix = ""): Html | undefined {
  const wrong = Object.entries(faults) as [PersonField, string][];
  if (wrong.length === 0) return undefined;
  return html`<div class="faults" role="alert"><h2>${wrong.length > 1 ? `${wrong.length} réponses sont à revoir` : "Une réponse est à revoir"}</h2>
<ul>${wrong.map(([field, fault]) => html`<li><a href="#${prefix}${field}">${fieldLabels[field]}</a> : ${fault}</li>\n`)}</ul></div>\n`;
}

/** Returns a field of a form about a person, with its mistake. */
export function personField(
  field: PersonField,
  value: string,
  fault: string | undefined,
  { autocomplete, hint }: { autocomplete: string; hint?: string },
): Html {
  const about = [fault && `${field}-faux`, hint && `${field}-aide`].filter(Boolean).join(" ");
  const described = about === "" ? undefined : html` aria-describedby="${about}"`;
  const isWrong = fault === undefined ? undefined : html` aria-invalid="true"`;
  return html`<p><label for="${field}">${fieldLabels[field]}</label>
${hint && html`<span class="hint" id="${field}-aide">${hint}</span>\n`}${fault && html`<span class="fault" id="${field}-faux">${fault}</span>\n`}<input id="${field}" name="${field}" type="${field === "mail" ? "email" : "text"}" value="${value}" maxlength="${field === "mail" ? 254 : longestName}" autocomplete="${autocomplete}" required${described}${isWrong}></p>
`;
}

const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;

/** Returns a form with one button, for an action on a person. */
export function button(
  action: string,
  fields: Readonly<Record<string, string>>,
  label: string | Html,
  { isSecond = false }: { isSecond?: boolean } = {},
): Html {
  return html`<form method="post" action="${action}">${Object.entries(fields).map(([name, value]) => hidden(name, value))}<button type="submit"${isSecond ? html` class="second"` : undefined}>${label}</button></form>`;
}

/** Returns the path of the page of an association's members. */
export function associationPath({ id }: Pick<Association, "id">): string {
  return `${associationsPath}/${id}`;
}

/** Returns links to the pages that somebody needs next. */
function ways({ loginHost }: Commune): Html {
  const login = `https://${loginHost}`;
  return html`<h2>Mot de passe et sécurité</h2>
<ul>
<li><a href="${login}/">Changer de mot de passe</a>, et voir ce qui vous est ouvert</li>
<li><a href="${login}${resetPath}">Mot de passe oublié</a></li>
<li><a href="${login}/2fregisters">Double authentification</a> : un code du téléphone après le mot de passe</li>
<li><a href="${login}/?logout=1">Se déconnecter</a>, ou <a href="${login}/?logout=1&amp;everywhere=1">se déconnecter partout</a></li>
</ul>`;
}

/** Returns the page on which people see their own account. */
export function ownPage(
  commune: Commune,
  person: Person,
  groups: readonly string[],
  {
    token,
    note,
    faults = {},
    typed = person,
  }: {
    token: string;
    note?: Note;
    faults?: PersonFaults;
    typed?: Pick<Person, "givenName" | "surname" | "name">;
  },
): AccountsPage {
  const { associations, contact } = commune;
  const own = administered(groups, associations);
  const isAgent = groups.includes(agentsGroup);
  const belongs = [
    ...(isAgent ? ["Vous travaillez pour la commune."] : []),
    ...belongingTo(groups, associations).map((association) =>
      own.includes(association)
        ? `Vous administrez ${association.name}.`
        : `Vous êtes membre de ${association.name}.`,
    ),
  ];
  return {
    title: "Mon compte",
    body: html`${noteBox(note)}${faultBox(faults)}${
      own.length > 0
        ? html`<h2>${own.length > 1 ? "Les associations que vous administrez" : "L’association que vous administrez"}</h2>
<ul>${own.map((association) => html`<li><a href="${associationPath(association)}">Les membres de ${association.name}</a></li>\n`)}</ul>
`
        : undefined
    }<h2>Ce que nous savons de vous</h2>
<dl><dt>Nom de connexion</dt><dd>${person.uid}</dd>
<dt>Nom affiché</dt><dd>${person.name}</dd>
<dt>Adresse de courriel</dt><dd>${person.mail}</dd></dl>
${belongs.length > 0 ? html`<ul>${belongs.map((each) => html`<li>${each}</li>\n`)}</ul>` : html`<p>Vous n’êtes dans aucun groupe : écrivez à votre association.</p>`}
${
  agendasOf(groups, associations).length > 0
    ? html`<h2>L’agenda dans un téléphone</h2>
<p><a href="${devicesPath}">Mes appareils</a> : un mot de passe pour chaque téléphone, et comment le retirer.</p>
`
    : undefined
}${
  isAgent
    ? html`<p>La commune tient le nom et l’adresse de ses agents : pour les changer, écrivez à <a href="mailto:${contact}">${contact}</a>.</p>`
    : html`<h2>Changer de nom</h2>
<form method="post" action="/" accept-charset="utf-8" novalidate>${hidden("token", token)}
${personField("givenName", typed.givenName, faults.givenName, { autocomplete: "given-name" })}${personField("surname", typed.surname, faults.surname, { autocomplete: "family-name" })}${personField("name", typed.name, faults.name, { autocomplete: "name", hint: "Ce que les autres lisent." })}<p><button type="submit">Enregistrer</button></p>
</form>
<p>Votre adresse ne se change pas ici, puisqu’elle ouvre votre compte : écrivez à <a href="mailto:${contact}">${contact}</a>.</p>`
}
${ways(commune)}`,
    style: pageStyle,
  };
}

/** Returns the page of a failed action, with what to do. */
export function stoppedPage(title: string, why: string, back: { href: string; label: string }): AccountsPage {
  return {
    title,
    body: html`<div class="faults" role="alert"><p>${why}</p></div>
<p><a href="${back.href}">${back.label}</a></p>`,
    style: pageStyle,
  };
}

/** Returns the page of the link in a letter: the inviter, and one button. */
export function invitedPage(
  commune: Commune,
  association: Association,
  { givenName, surname, mail, isAdmin }: Invitation,
  { by, link }: { by: string; link: string },
): AccountsPage {
  return {
    title: `${isAdmin ? "Administrer" : "Devenir membre de"} ${association.name}`,
    body: html`<p>${by} vous invite ${isAdmin ? "à administrer" : "parmi les membres de"} « ${association.name} ».</p>
<dl><dt>Vous</dt><dd>${givenName} ${surname}</dd><dt>Votre adresse</dt><dd>${mail}</dd></dl>
<p>Si vous acceptez, les personnes qui administrent cette association voient votre nom et votre adresse. Si vous avez déjà un compte avec cette adresse, il reste le vôtre ; sinon, il est fait maintenant.</p>
${button(invitationPath, { d: link }, "Accepter")}
<p>Vous ne voulez pas : fermez cette page, rien n’est gardé. Une question ? Écrivez à <a href="mailto:${commune.contact}">${commune.contact}</a>.</p>`,
    style: pageStyle,
  };
}

/** Returns the page after an invitation was accepted. */
export function welcomePage({ loginHost }: Commune, association: Association, uid: string): AccountsPage {
  const login = `https://${loginHost}`;
  return {
    title: `Vous êtes membre de ${association.name}`,
    body: html`<div class="well" role="status"><p>Votre nom de connexion est <b>${uid}</b>. Il est aussi dans le message que nous vous envoyons.</p></div>
<p>Vous n’avez pas encore de mot de passe, ou vous ne le savez plus : <a href="${login}${resetPath}">choisissez-en un</a>. Un courriel vous donne un lien, qui prouve que c’est vous.</p>
<p>Vous en avez un : <a href="${login}/">connectez-vous</a>.</p>`,
    style: pageStyle,
  };
}
