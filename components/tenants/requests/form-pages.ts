import { day } from "../../foundation/page/day.ts";
import { formStyle } from "../../foundation/page/form-style.ts";
import { type Html, html } from "../../foundation/page/html.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";
import { type Faults, type FormField, formFields, type Typed } from "./form.ts";
import { administratorFields, type Followed, longestPurpose, type Unconfirmed } from "./request.ts";
import { confirmPath, type Decided, followPath, type RequestsSettings, requestsPath } from "./settings.ts";

/** A page of the form, before it gets the commune's look. */
export interface FormPage {
  title: string;
  lead?: Html;
  body: Html;
  style: string;
}

type Commune = Pick<
  RequestsSettings,
  "name" | "tenantsDomain" | "contact" | "phone" | "asksAdministrator" | "tools" | "services"
>;

/** Names of fields in the list of mistakes. */
const labels: Readonly<Record<FormField, string>> = {
  name: "Nom de l’association",
  id: "Nom court",
  rna: "Numéro RNA",
  siren: "Numéro SIREN",
  contact: "Adresse de messagerie",
  applications: "Outils",
  purpose: "Ce que fait votre association",
  givenName: "Prénom",
  surname: "Nom",
  mail: "Son adresse de messagerie",
  terms: "Conditions",
};

/** Descriptions of the commune's services, for those who ask for them. */
const ofTheCommune = [
  ["lists", "Des listes de diffusion : une adresse qui écrit à tous vos membres"],
  ["tickets", "Une billetterie : des places gratuites, payées par virement ou sur place (pretix)"],
  ["mastodon", "Un compte Mastodon : de courtes nouvelles, que tout le monde peut suivre"],
  ["peertube", "Une chaîne de vidéos, sans publicité (PeerTube)"],
] as const;

const nothingTyped: Typed = {
  ...{ name: "", id: "", rna: "", siren: "", contact: "", purpose: "", terms: false },
  ...{ givenName: "", surname: "", mail: "" },
  ...{ applications: [], services: [] },
};

/**
 * Returns the form with the typed values and their mistakes, as far as there are any.
 *
 * @param token that the form is sent with, once.
 * @param note to be read first: that the form came too late, or that everything is right so far.
 */
export function formPage(
  commune: Commune,
  token: string,
  { typed = nothingTyped, faults, note }: { typed?: Typed; faults?: Faults; note?: string } = {},
): FormPage {
  const { name, tenantsDomain, asksAdministrator, tools, services } = commune;
  const wrong = formFields.filter((field) => faults?.[field] !== undefined);
  const fault = (field: FormField) =>
    faults?.[field] && html`<span class="fault" id="${field}-faux">${faults[field]}</span>`;
  const told = (field: FormField) =>
    html` aria-describedby="${faults?.[field] ? `${field}-faux ` : ""}${field}-aide"${faults?.[field] ? html` aria-invalid="true"` : undefined}`;
  const line = (
    field: "name" | "id" | "rna" | "siren" | "contact",
    hint: string,
    more: { required?: boolean; autocomplete?: string; type?: "text" | "email" } = {},
  ) => html`<p><label for="${field}">${labels[field]}${more.required ? "" : " (si vous en avez un)"}</label>
<span class="hint" id="${field}-aide">${hint}</span>
${fault(field)}<input id="${field}" name="${field}" type="${more.type ?? "text"}" value="${typed[field]}" maxlength="200" autocomplete="${more.autocomplete ?? "off"}"${told(field)}></p>
`;
  return {
    title: "Demander un espace pour mon association",
    lead: html`La commune ${ofPlace(name)} héberge les associations : une adresse, un site ou un wiki, sans publicité. ${asksAdministrator ? "Neuf" : "Huit"} questions, cinq minutes.`,
    body: html`${note && html`<div class="${wrong.length > 0 ? "faults" : "well"}" role="status"><p>${note}</p></div>`}
${
  wrong.length > 0
    ? html`<div class="faults" role="alert"><h2>${wrong.length > 1 ? `${wrong.length} réponses sont à revoir` : "Une réponse est à revoir"}</h2>
<ul>${wrong.map((field) => html`<li><a href="#${field}">${labels[field]}</a> : ${faults?.[field]}</li>\n`)}</ul></div>`
    : undefined
}
<form method="post" action="${requestsPath}" accept-charset="utf-8" novalidate>
<input type="hidden" name="token" value="${token}">
<p class="left-empty" aria-hidden="true"><label for="website">Ne remplissez pas ce champ</label><input id="website" name="website" type="text" value="" tabindex="-1" autocomplete="off"></p>
${line("name", "Tel qu’il est déclaré, par exemple : Chorale des Gratte-Ciel.", { required: true, autocomplete: "organization" })}
${line("id", `Votre adresse sera : nom-court.${tenantsDomain}. Des lettres sans accent, des chiffres et des tirets.`, { required: true })}
${line("rna", "W et neuf chiffres, sur le récépissé de la préfecture. Les associations d’Alsace-Moselle n’en ont pas.")}
${line("siren", "Neuf chiffres.")}
${line("contact", "Celle d’une fonction (contact@…, bureau@…), jamais celle d’une personne : elle reste dans l’historique de la commune. Nous y envoyons un message.", { required: true, type: "email", autocomplete: "email" })}
<fieldset id="applications"${told("applications")}><legend>${labels.applications}</legend>
<span class="hint" id="applications-aide">Un ou plusieurs. Vous pourrez changer.</span>
${fault("applications")}${tools.map((tool) => choice("applications", tool.name, tool.what, typed.applications))}${services.length > 0 ? shared(services, typed) : undefined}</fieldset>
<p><label for="purpose">${labels.purpose}</label>
<span class="hint" id="purpose-aide">Quelques phrases, ${longestPurpose} caractères au plus. N’écrivez le nom de personne.</span>
${fault("purpose")}<textarea id="purpose" name="purpose" maxlength="${2 * longestPurpose}"${told("purpose")}>\n${typed.purpose}</textarea></p>
${asksAdministrator ? administrator(typed, faults) : undefined}<fieldset><legend>${labels.terms}</legend>
<span class="hint" id="terms-aide">L’association répond de ce qu’elle publie et des données de ses membres ; la commune les garde pour elle, sans les lire ni les donner. Chacune peut arrêter. Ce que vous écrivez ici sert à examiner votre demande, et n’est gardé que par le service qui l’examine.</span>
${fault("terms")}<label class="choice"><input id="terms" type="checkbox" name="terms" value="oui"${typed.terms ? html` checked` : undefined}${told("terms")}> <span>Je représente l’association, et je suis d’accord.</span></label></fieldset>
<p><button type="submit" name="action" value="envoyer">Envoyer la demande</button><button class="second" type="submit" name="action" value="verifier">Vérifier sans envoyer</button></p>
</form>
${instead(commune)}`,
    style: formStyle,
  };
}

/** Returns the choice of the commune's own services, as far as it has them. */
function shared(services: Commune["services"], typed: Typed): Html {
  return html`<span class="hint">Et, si vous le souhaitez, sur les services de la commune :</span>
${ofTheCommune.flatMap(([service, what]) => (services.includes(service) ? [choice("services", service, what, typed.services)] : []))}`;
}

function choice(
  name: "applications" | "services",
  value: string,
  what: string,
  chosen: readonly string[],
): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : undefined}> <span>${what}</span></label>\n`;
}

/** Returns the fields about the administrator, which are shown if the commune can invite one. */
function administrator(typed: Typed, faults: Faults | undefined): Html {
  return html`<fieldset><legend>Qui s’occupera de votre espace ?</legend>
<span class="hint" id="administrateur-aide">Cette personne reçoit une invitation quand l’espace est ouvert : elle administre vos outils, et invite les autres. Vous pouvez laisser vide, et nous le dire plus tard.</span>
${administratorFields.map((field) => {
  const fault = faults?.[field];
  return html`<p><label for="${field}">${labels[field]}</label>
${fault && html`<span class="fault" id="${field}-faux">${fault}</span>`}<input id="${field}" name="${field}" type="${field === "mail" ? "email" : "text"}" value="${typed[field]}" maxlength="200" autocomplete="off" aria-describedby="${fault ? `${field}-faux ` : ""}administrateur-aide"${fault ? html` aria-invalid="true"` : undefined}></p>
`;
})}</fieldset>
`;
}

/** Returns a contact, for those who prefer to talk. */
function instead({ contact, phone }: Commune): Html {
  return html`<p>Vous préférez en parler ? Écrivez à <a href="mailto:${contact}">${contact}</a>${
    phone && html`, ou appelez le <a href="tel:${phone.replaceAll(" ", "")}">${phone}</a>`
  }.</p>`;
}

/** Returns the page after the form, identical for every address, known or not. */
export function sentPage(commune: Commune): FormPage {
  return {
    title: "Regardez votre messagerie",
    body: html`<div class="well" role="status"><p>Si l’adresse que vous avez donnée est bien celle de votre association, un message y arrive dans quelques minutes. Ouvrez le lien qu’il contient : votre demande ne part qu’à ce moment. Le lien sert pendant deux jours.</p></div>
<p>Rien n’est arrivé ? Regardez parmi les courriers indésirables, puis <a href="${requestsPath}">recommencez</a>.</p>
${instead(commune)}`,
    style: formStyle,
  };
}

/** Returns the page of the link in a mail: the request, and one button. */
export function confirmPage(commune: Commune, link: string, request: Unconfirmed): FormPage {
  return {
    title: "Confirmer votre demande",
    body: html`${told(commune, request)}
<form method="post" action="${confirmPath}"><input type="hidden" name="d" value="${link}">
<p><button type="submit">Envoyer cette demande à la commune</button></p></form>
<p>Une erreur ? <a href="${requestsPath}">Recommencez</a> : rien ne part de cette page tant que vous n’avez pas appuyé sur ce bouton.</p>
<p>Si vous avez déjà envoyé cette demande, elle est arrivée : le lien pour la suivre est dans le message que vous avez reçu ensuite.</p>`,
    style: formStyle,
  };
}

function told({ tenantsDomain, tools }: Commune, request: Unconfirmed): Html {
  const rows: [string, string | undefined][] = [
    [labels.name, request.name],
    ["Adresse demandée", `${request.id}.${tenantsDomain}`],
    [labels.rna, request.rna],
    [labels.siren, request.siren],
    [labels.contact, request.contact],
    [
      labels.applications,
      [
        ...tools.flatMap((tool) => (request.applications.includes(tool.name) ? [tool.what] : [])),
        ...ofTheCommune.flatMap(([service, what]) => (request.services?.includes(service) ? [what] : [])),
      ].join(" ; "),
    ],
    [labels.purpose, request.purpose],
    ["Pour s’en occuper", request.administrator && administratorLine(request.administrator)],
  ];
  return html`<dl>${rows.flatMap(([term, value]) => (value ? [html`<dt>${term}</dt><dd>${value}</dd>\n`] : []))}</dl>`;
}

/** Writes an administrator's name and address. */
function administratorLine({ givenName, surname, mail }: NonNullable<Unconfirmed["administrator"]>): string {
  return `${givenName} ${surname}, ${mail}`;
}

/** Returns the page of a request that has reached the commune. @param follow its private link. */
export function receivedPage(commune: Commune, follow: string): FormPage {
  return {
    title: "Votre demande est arrivée",
    body: html`<div class="well" role="status"><p>La commune va l’examiner et vous répondra à l’adresse de votre association. Vous n’avez rien d’autre à faire.</p></div>
<p><a href="${followPath}?d=${follow}">Suivre votre demande</a> : ce lien est aussi dans le message que nous vous envoyons. Gardez-le, et ne le donnez qu’à votre bureau.</p>
${instead(commune)}`,
    style: formStyle,
  };
}

/** Returns the page of a private link: the state of a request. */
export function followPage(
  commune: Commune,
  { id, name, confirmed }: Followed,
  decided: Decided[string] | undefined,
): FormPage {
  const address = `${id}.${commune.tenantsDomain}`;
  const said = {
    waits: html`<p>Elle est arrivée le ${day(confirmed.slice(0, 10))}. La commune l’examine ; personne n’a encore décidé. La réponse viendra à l’adresse de votre association.</p>`,
    approved: html`<p>Elle est acceptée depuis le ${day(decided?.at ?? confirmed.slice(0, 10))}. Votre adresse est <a href="https://${address}">${address}</a> : elle s’ouvre quand la commune a tout mis en place, et la commune vous l’écrit.</p>`,
    refused: html`<p>La commune n’a pas pu l’accepter, le ${day(decided?.at ?? confirmed.slice(0, 10))}. Elle vous dit pourquoi dans le message envoyé à l’adresse de votre association. Vous pouvez faire <a href="${requestsPath}">une autre demande</a>.</p>`,
  };
  const state = decided?.decision ?? "waits";
  return {
    title: `La demande de « ${name} »`,
    body: html`<div class="${state === "refused" ? "faults" : "well"}" role="status">${said[state]}</div>
${instead(commune)}`,
    style: formStyle,
  };
}

/** Returns the page of a failed step, with what to do. */
export function stoppedPage(commune: Commune, title: string, why: string): FormPage {
  return {
    title,
    body: html`<div class="faults" role="alert"><p>${why}</p></div>
<p><a href="${requestsPath}">Revenir au formulaire</a></p>
${instead(commune)}`,
    style: formStyle,
  };
}
