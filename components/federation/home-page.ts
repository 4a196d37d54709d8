import { type Html, html } from "../foundation/page/html.ts";
import { pageText } from "../foundation/page/page.ts";
import type { Answers } from "./answers.ts";
import { type Descriptor, descriptorPagePath, descriptorPath } from "./descriptor.ts";
import { date, type FrenchKind, linkedBy, onSite } from "./descriptor-page.ts";
import type { Latest } from "./latest.ts";
import { latestSections, latestStyle } from "./latest-page.ts";
import { replacedStyle, replacedWarning } from "./replaced.ts";

/** Path of the first page of the commune's domain. */
export const homePath = "/";

/** A commune's domain, and the address of its own website. */
export interface Home {
  domain: string;
  /** Address of the commune's website; undefined if it has none. */
  website: string | undefined;
}

/**
 * Returns why the domain itself may not be led to the cluster, as the end of a sentence; undefined if the commune's
 * website is declared at another name. `www.` of the domain is no other name: visitors without it are led there.
 */
export function whyHeld({ domain, website }: Home): string | undefined {
  if (website === undefined) return "nothing says whether a website is there";
  const { hostname } = new URL(website);
  if (hostname === domain) return "the commune's website is there";
  if (hostname === `www.${domain}`)
    return `${hostname} is the commune's website, and ${domain} usually leads to it`;
  return undefined;
}

/** Whether this is the first page of the domain: not if the commune's own website stands there. */
export function isServedHome({ domain, website }: Home): boolean {
  return website === undefined || new URL(website).hostname !== domain;
}

/** French words about services. */
export interface FrenchWords {
  /** Title of a kind of service. */
  kind: FrenchKind;
  /** Purpose of it for people; undefined if that is not known. */
  purpose: (kind: string) => string | undefined;
  /** Name of its software; undefined if that is not known. */
  software: (kind: string) => string | undefined;
}

/** Style of the list of services. */
export const homeStyle = `.services{list-style:none;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr))}
.services li{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:1rem}
.services a{font-size:1.2rem;font-weight:600}
.services p{margin:.4rem 0}`;

/** Results of the reconciler's questions, as far as they have come. */
export interface HomeKnown {
  latest?: Latest | undefined;
  answers?: Answers | undefined;
}

const head = html`<link rel="alternate" type="application/json" href="${descriptorPath}">
<link rel="icon" href="data:,">`;

/** Returns the sections of a first page: the commune's services, those of linked communes, and what is on site. */
export function homeSections(
  { name, services, peers, ...place }: Omit<Descriptor, "contact" | "issued">,
  { kind: french, purpose, software: titleOf }: FrenchWords,
): Html {
  const own = onSite({ name, ...place });
  return html`<h2 id="services">Services</h2>
${
  services.length === 0
    ? html`<p>Aucun service n’est ouvert pour l’instant.</p>`
    : html`<ul class="services">
${services.map(
  ({ kind, url, software }) => html`<li><a href="${url}">${french(kind)}</a>
<p>${purpose(kind)}</p>
<span class="soft">${new URL(url).host}, avec ${titleOf(kind) ?? software}</span></li>
`,
)}</ul>`
}
${own && html`<h2 id="sur-place">Sur place</h2>\n${own}`}
<h2 id="communes">Communes liées</h2>
${
  peers.length === 0
    ? html`<p>Aucune pour l’instant.</p>`
    : html`<p>${name} a déclaré ces liens ; chacun s’ouvre lorsque l’autre commune le déclare aussi.</p>
<ul>
${peers.map(
  ({
    domain,
    name: linked,
    ...peer
  }) => html`<li><a href="https://${domain}/">${linked ?? domain}</a>${linkedBy(peer, french)}</li>
`,
)}</ul>`
}`;
}

/** Returns links to figures and licences, and to the signed data. */
export function homeSources({ issued }: Pick<Descriptor, "issued">): Html {
  return html`<p>Licences, versions et chiffres : <a href="${descriptorPagePath}">ce que la commune publie de son nuage</a>. Les mêmes données, signées : <a href="${descriptorPath}">commune.json</a>, du ${date(issued)}.</p>`;
}

/** Returns the first page of a commune's domain: its services, the linked communes, the people in charge. */
export function homePage(
  descriptor: Descriptor,
  { website }: Pick<Home, "website">,
  french: FrenchWords,
  { latest, answers }: HomeKnown = {},
): string {
  const { name, contact } = descriptor;
  return pageText({
    title: `${name} : services numériques publics`,
    lead: html`Ces services sont ceux de la commune : des logiciels libres, qu’elle déclare et peut reprendre elle-même.`,
    body: html`${replacedWarning(answers, { name })}
${homeSections(descriptor, french)}
${latestSections(latest, french.kind)}
<h2 id="contact">Contact</h2>
<p>Écrire à <a href="mailto:${contact}">${contact}</a>.${
      website === undefined
        ? ""
        : html` Le site de la commune : <a href="${website}">${new URL(website).host}</a>.`
    }</p>`,
    footer: homeSources(descriptor),
    style: homeStyle + latestStyle + replacedStyle,
    head,
  });
}

/** Returns the first page for the moments after a start, before anything is known. */
export function homePageToBe(name: string): string {
  return pageText({
    title: `${name} : services numériques publics`,
    body: html`<p>Les services de la commune démarrent. Cette page les montrera dans un instant : rechargez-la.</p>`,
    footer: html`<p>Aucune donnée n’est encore publiée.</p>`,
    head: html`<link rel="icon" href="data:,">`,
  });
}
