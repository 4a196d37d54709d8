import { day } from "../../foundation/page/day.ts";
import { type Html, html } from "../../foundation/page/html.ts";
import { type Device, longestDeviceName, mostDevices, type WithAgenda } from "./devices.ts";
import { type AccountsPage, button, type Note, noteBox, pageStyle } from "./pages.ts";
import { type Association, devicesPath } from "./settings.ts";

/** Paths of the forms for adding and removing telephones. */
export const devicePaths = { add: `${devicesPath}/ajouter`, withdraw: `${devicesPath}/retirer` } as const;

const style = `${pageStyle}
.secret{font-family:ui-monospace,monospace;font-size:1.15em;white-space:normal}`;

/** The typed fields of a new telephone. */
export interface TypedDevice {
  name: string;
  /** Id of the association whose agenda it is to open. */
  association: string;
}

/** Returns the page with somebody's telephones, and the form for another one. */
export function devicesPage(
  devices: readonly Device[],
  {
    agendas,
    associations,
    token,
    note,
    fault,
    typed = { name: "", association: agendas[0]?.id ?? "" },
  }: {
    /** The associations whose agenda they may open. */
    agendas: readonly WithAgenda[];
    associations: readonly Association[];
    token: (path: string) => string;
    note?: Note;
    /** Mistake in the name. */
    fault?: string | undefined;
    typed?: TypedDevice;
  },
): AccountsPage {
  const opens = ({ association }: Device) => {
    const open = agendas.find(({ id }) => id === association);
    const known = open ?? associations.find(({ id }) => id === association);
    return open
      ? `l’agenda de ${open.name}`
      : `plus rien (${known?.name ?? "une association qui n’est plus là"})`;
  };
  const item = (device: Device) => html`<li><h3>${device.name}</h3>
<dl><dt>Ouvre</dt><dd>${opens(device)}</dd>
<dt>Ajouté le</dt><dd>${day(device.day)}</dd></dl>
${button(devicePaths.withdraw, { token: token(devicePaths.withdraw), appareil: device.id }, html`Retirer<span class="hidden"> : ${device.name}</span>`, { isSecond: true })}</li>
`;
  return {
    title: "Mes appareils",
    body: html`${noteBox(note)}${
      fault &&
      html`<div class="faults" role="alert"><h2>Une réponse est à revoir</h2>
<ul><li><a href="#nom">Nom de l’appareil</a> : ${fault}</li></ul></div>
`
    }<p><a href="/">Mon compte</a></p>
<p>Pour voir l’agenda de votre association dans un téléphone ou un ordinateur, donnez-lui un mot de passe à lui. Il n’ouvre que cet agenda et ses contacts. Celui de votre compte, qui ouvre tout, n’y est jamais tapé.</p>
<p>Un appareil est perdu, vendu ou donné : retirez-le ici. Une minute plus tard, il n’ouvre plus rien.</p>
${devices.length === 0 ? html`<p>Aucun appareil n’a encore de mot de passe.</p>` : html`<h2>${devices.length} ${devices.length > 1 ? "appareils" : "appareil"}</h2>\n<ul class="people">${devices.map(item)}</ul>`}
${adding(devices, agendas, { token, fault, typed })}`,
    style,
  };
}

function adding(
  devices: readonly Device[],
  agendas: readonly WithAgenda[],
  { token, fault, typed }: { token: (path: string) => string; fault: string | undefined; typed: TypedDevice },
): Html {
  const heading = html`<h2>Ajouter un appareil</h2>\n`;
  const [only, ...others] = agendas;
  if (only === undefined)
    return html`${heading}<p>Aucun agenda ne vous est ouvert : seuls en ont un les membres d’une association qui en tient un ici.</p>`;
  if (devices.length >= mostDevices)
    return html`${heading}<p>Vous en avez ${mostDevices}, ce qui est le plus que l’on puisse avoir : retirez-en un d’abord.</p>`;
  const choice = ({ id, name }: WithAgenda) =>
    html`<label class="choice"><input type="radio" name="agenda" value="${id}"${id === typed.association ? html` checked` : undefined} required> <span>${name}</span></label>\n`;
  const which =
    others.length === 0
      ? html`<input type="hidden" name="agenda" value="${only.id}"><p>Il ouvrira l’agenda de ${only.name}.</p>`
      : html`<fieldset><legend>Quel agenda ?</legend>
${agendas.map(choice)}</fieldset>`;
  const about = fault ? "nom-faux nom-aide" : "nom-aide";
  return html`${heading}<form method="post" action="${devicePaths.add}" accept-charset="utf-8" novalidate><input type="hidden" name="token" value="${token(devicePaths.add)}">
<p><label for="nom">Nom de l’appareil</label>
<span class="hint" id="nom-aide">Par exemple : Téléphone de Léa.</span>
${fault && html`<span class="fault" id="nom-faux">${fault}</span>\n`}<input id="nom" name="nom" type="text" value="${typed.name}" maxlength="${longestDeviceName}" autocomplete="off" required aria-describedby="${about}"${fault ? html` aria-invalid="true"` : undefined}></p>
${which}
<p><button type="submit">Faire le mot de passe</button></p>
</form>`;
}

/** Returns the page that is shown once, right after a telephone was added: its password, and where to type it. */
export function newDevicePage(
  { name }: Device,
  { agenda, ...association }: WithAgenda,
  { uid, password, writes }: { uid: string; password: string; writes: boolean },
): AccountsPage {
  const address = `https://${agenda.host}/`;
  return {
    title: `Mot de passe pour ${name}`,
    body: html`<div class="well" role="status"><p>Cet appareil ${writes ? "pourra lire et écrire" : "pourra lire"} l’agenda et les contacts de ${association.name}. Ce mot de passe n’est montré qu’une fois : tapez-le maintenant dans l’appareil, et ne le gardez nulle part ailleurs.</p></div>
<dl><dt>Adresse</dt><dd class="secret">${address}</dd>
<dt>Nom de connexion</dt><dd class="secret">${uid}</dd>
<dt>Mot de passe</dt><dd class="secret" id="mot-de-passe">${password}</dd></dl>
<p>Ce sont des lettres seulement. Les tirets aident à lire : on peut les taper ou non.</p>
<h2>Sur Android</h2>
<ol>
<li>Installez DAVx⁵, un logiciel libre, depuis F-Droid ou le magasin du téléphone.</li>
<li>Ajoutez un compte : « Connexion avec une URL et un nom d’utilisateur ».</li>
<li>Tapez l’adresse, le nom de connexion et le mot de passe ci-dessus.</li>
<li>Cochez l’agenda et les contacts, puis synchronisez.</li>
</ol>
<h2>Sur un iPhone ou un iPad</h2>
<ol>
<li>Dans les réglages, ouvrez ceux de Calendrier, puis « Comptes ».</li>
<li>Ajoutez un compte : « Autre », puis « Ajouter un compte CalDAV ».</li>
<li>Serveur : ${agenda.host}. Tapez ensuite le nom de connexion et le mot de passe.</li>
<li>Pour les contacts, recommencez avec « Ajouter un compte CardDAV ».</li>
</ol>
<h2>Sur un ordinateur, avec Thunderbird</h2>
<ol>
<li>Ouvrez l’agenda, puis « Nouvel agenda » et « Sur le réseau ».</li>
<li>Tapez le nom de connexion et l’adresse, puis le mot de passe.</li>
</ol>
<p><a href="${devicesPath}">C’est fait : mes appareils</a></p>`,
    style,
  };
}
