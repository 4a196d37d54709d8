import { day } from "../../foundation/page/day.ts";
import { type Html, html } from "../../foundation/page/html.ts";
import { invitationLives } from "./keys.ts";
import { type AssociationMember, inOrder, isLastAdmin } from "./members.ts";
import {
  type AccountsPage,
  associationPath,
  button,
  faultBox,
  type Note,
  noteBox,
  pageStyle,
  personField,
} from "./pages.ts";
import type { PersonFaults, TypedPerson } from "./person.ts";
import type { Association } from "./settings.ts";

/** Returns the token that a form on a page about members is sent with, by the form's path. */
export type TokenFor = (path: string) => string;

/** Returns the paths of an administrator's forms. */
export const memberPaths = (association: Pick<Association, "id">) => ({
  invite: `${associationPath(association)}/inviter`,
  remove: `${associationPath(association)}/retirer`,
  rights: `${associationPath(association)}/droits`,
});

const nothingTyped: TypedPerson = { givenName: "", surname: "", name: "", mail: "" };

/** Returns the page with the members of an association, and its administrators' forms. */
export function membersPage(
  association: Association,
  members: readonly AssociationMember[],
  {
    token,
    note,
    faults = {},
    typed = nothingTyped,
    others,
  }: {
    token: TokenFor;
    note?: Note;
    faults?: PersonFaults;
    typed?: TypedPerson;
    /** Other associations that the person administers. */
    others: readonly Association[];
  },
): AccountsPage {
  const { invite } = memberPaths(association);
  return {
    title: `Les membres de ${association.name}`,
    body: html`${noteBox(note)}${faultBox(faults)}<p><a href="/">Mon compte</a>${others.map((other) => html` · <a href="${associationPath(other)}">Les membres de ${other.name}</a>`)}</p>
${members.length === 0 ? html`<p>Personne n’est encore membre.</p>` : list(association, members, token)}
<h2>Inviter quelqu’un</h2>
<p>Un courriel part à son adresse. La personne est dans cette liste quand elle a accepté ; elle a ${invitationLives / (24 * 3_600_000)} jours pour cela.</p>
<form method="post" action="${invite}" accept-charset="utf-8" novalidate><input type="hidden" name="token" value="${token(invite)}">
${personField("givenName", typed.givenName, faults.givenName, { autocomplete: "off" })}${personField("surname", typed.surname, faults.surname, { autocomplete: "off" })}${personField("mail", typed.mail, faults.mail, { autocomplete: "off", hint: "La sienne, à elle seule : elle en reçoit son mot de passe." })}<p><button type="submit">Envoyer l’invitation</button></p>
</form>
<p class="soft">Vous voyez ces noms et ces adresses parce que vous administrez cette association : ne les donnez à personne d’autre.</p>`,
    style: pageStyle,
  };
}

function list(association: Association, members: readonly AssociationMember[], token: TokenFor): Html {
  const { rights, remove } = memberPaths(association);
  const about = (name: string) => html`<span class="hidden"> : ${name}</span>`;
  const change = ({ uid, name, isAdmin }: AssociationMember) => {
    const fields = { token: token(rights), qui: uid, droits: isAdmin ? "membre" : "administrateur" };
    const label = isAdmin ? "Retirer les droits" : "Nommer administrateur";
    return html`${button(rights, fields, html`${label}${about(name)}`, { isSecond: true })}
<p><a href="${remove}?qui=${encodeURIComponent(uid)}">Retirer de l’association${about(name)}</a></p>`;
  };
  const item = (member: AssociationMember) => {
    const { uid, name, mail, since, isAdmin } = member;
    return html`<li><h3>${name}</h3>
<dl><dt>Rôle</dt><dd>${isAdmin ? "Administre l’association" : "Membre"}</dd>
<dt>Adresse</dt><dd>${mail}</dd>
<dt>Nom de connexion</dt><dd>${uid}</dd>
${since && html`<dt>Compte depuis le</dt><dd>${day(since)}</dd>\n`}</dl>
${isLastAdmin(members, uid) ? html`<p>Seule personne à administrer : nommez quelqu’un d’autre avant de changer cela.</p>` : change(member)}</li>
`;
  };
  return html`<h2>${members.length} ${members.length > 1 ? "personnes" : "personne"}</h2>
<ul class="people">${inOrder(members).map(item)}</ul>`;
}

/** Returns the page before somebody is removed: what becomes of their account. */
export function removalPage(
  association: Association,
  member: AssociationMember,
  { token, deletes }: { token: string; deletes: boolean },
): AccountsPage {
  const { name, mail, uid } = member;
  const fields = { token, qui: uid, ...(deletes && { compte: "supprime" }) };
  return {
    title: `Retirer ${name} de ${association.name}`,
    body: html`<p>${name} (${mail}) ne sera plus membre de « ${association.name} ».</p>
${
  deletes
    ? html`<div class="faults" role="alert"><p>Son compte n’est dans aucun autre groupe : il est supprimé, avec son mot de passe. C’est définitif.</p></div>`
    : html`<p>Son compte reste : il sert aussi ailleurs.</p>`
}
<p>Ce que cette personne a écrit dans les outils de l’association y reste. Si elle est connectée en ce moment, ce qui lui était ouvert le reste jusqu’à douze heures.</p>
${button(memberPaths(association).remove, fields, deletes ? "Retirer, et supprimer le compte" : "Retirer")}
<p><a href="${associationPath(association)}">Ne rien changer</a></p>`,
    style: pageStyle,
  };
}
