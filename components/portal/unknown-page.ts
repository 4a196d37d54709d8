import { html } from "../foundation/page/html.ts";
import type { FramedPage } from "./frame.ts";
import { type HomePortal, portalPaths } from "./published.ts";
import { dialled } from "./words.ts";

/**
 * The page of an address at which nothing is: a way back, and to a person.
 *
 * @param contact the commune's mailbox; nothing before it is known.
 */
export function unknownPage(
  name: string,
  contact: string | undefined,
  home: Pick<HomePortal, "address" | "phone" | "hours"> | undefined,
) {
  const page: FramedPage = {
    title: "Il n’y a rien à cette adresse",
    lead: html`Elle a peut-être changé, ou une lettre manque.`,
    body: html`<ul>
<li><a href="/">L’accueil de ${name}</a></li>
${home && html`<li><a href="${portalPaths.help}">Les pages d’aide</a></li>\n`}</ul>
${
  (home || contact) &&
  html`<h2>Parler à quelqu’un</h2>
<ul>
${home && html`<li>Téléphone : <a href="tel:${dialled(home.phone)}">${home.phone}</a></li>\n`}${contact && html`<li>Courriel : <a href="mailto:${contact}">${contact}</a></li>\n`}${home && html`<li>Sur place : ${home.address}, ${home.hours.join(" ; ")}</li>\n`}</ul>`
}`,
  };
  return { ...page, footer: html`<p>${name}</p>` };
}
