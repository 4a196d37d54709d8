import { type Html, html } from "../foundation/page/html.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import { pageText } from "../foundation/page/page.ts";
import { type Statement, statementLine } from "../foundation/page/statement.ts";
import { type Descriptor, descriptorPagePath, descriptorPath } from "./descriptor.ts";

/** Returns the French title of a kind of service. */
export type FrenchKind = (kind: string) => string;

/** French words for figures. */
const frenchFigure: Record<string, string> = {
  accounts: "comptes",
  posts: "publications",
  videos: "vidéos",
};

/** Returns the French word for a figure; the figure's own name if there is none. */
export function figureWord(name: string): string {
  return frenchFigure[name] ?? name;
}

const number = new Intl.NumberFormat("fr-FR");

/** Writes a service's figures in a line. */
function figures(statistics: Readonly<Record<string, number>> = {}): string {
  return Object.entries(statistics)
    .map(([name, value]) => `${number.format(value)} ${figureWord(name)}`)
    .join(", ");
}

/** Returns a table of services: what they are, their address, their figures, their licence. */
export function servicesTable(
  { name, services }: Pick<Descriptor, "name" | "services">,
  french: FrenchKind,
): Html {
  return html`<div class="scroll"><table>
<caption>Services ${ofPlace(name)}</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Adresse</th><th scope="col">Fils publics</th><th scope="col">Chiffres</th><th scope="col">Logiciel libre</th></tr></thead>
<tbody>
${services.map(
  (service) => html`<tr>
<th scope="row">${french(service.kind)}</th>
<td><a href="${service.url}">${new URL(service.url).host}</a></td>
<td>${
    service.feeds?.length
      ? service.feeds.map(
          (feed) =>
            html`<a href="${feed}">${feed.includes("atom") ? "Atom" : "RSS"}<span class="soft"> ${french(service.kind)}</span></a> `,
        )
      : "aucun"
  }</td>
<td>${figures(service.statistics) || "non publiés"}</td>
<td><a href="${service.source}">${service.software} ${service.version}</a>, licence ${service.licence}</td>
</tr>
`,
)}</tbody></table></div>`;
}

/** Lists what a commune offers on site: its Wi-Fi, its map, the lessons that its schools share. */
export function onSite({
  name,
  map,
  hotspots,
  schools,
}: Pick<Descriptor, "name" | "map" | "hotspots" | "schools">): Html | undefined {
  const of = html`<span class="soft"> ${ofPlace(name)}</span>`;
  const points = (count: number) => (count < 2 ? `${count} point` : `${number.format(count)} points`);
  const items = [
    ...(hotspots ? [html`<a href="${hotspots.url}">Wi-Fi public${of}</a> : ${points(hotspots.points)}`] : []),
    ...(map
      ? [html`<a href="${map}">Carte du Wi-Fi public, des zones blanches et des espaces numériques${of}</a>`]
      : []),
    ...(schools
      ? [
          html`<a href="${schools.url}">Ressources des écoles${of}</a>${
            schools.libraries.length === 0
              ? ""
              : ` : ${schools.libraries.map((library) => library.name).join(", ")}`
          }`,
        ]
      : []),
  ];
  return items.length === 0 ? undefined : html`<ul>\n${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
}

/**
 * Writes the services by which a commune is linked with another, and which of these links are not open yet, if that is
 * known.
 */
export function linkedBy(
  { services, open }: Pick<Descriptor["peers"][number], "services" | "open">,
  french: FrenchKind,
): string {
  const told = (kinds: readonly string[]) => kinds.map((kind) => french(kind).toLowerCase()).join(" ; ");
  const waits = open && services.filter((kind) => !open.includes(kind));
  if (waits === undefined || waits.length === 0) return ` : ${told(services)}`;
  if (waits.length === services.length) return ` : ${told(services)} (pas encore ouvert)`;
  return ` : ${told(services.filter((kind) => !waits.includes(kind)))} ; pas encore ouvert : ${told(waits)}`;
}

/** Returns the page of one commune: its descriptor, for people. */
export function descriptorPage(descriptor: Descriptor, french: FrenchKind, statement?: Statement): string {
  const { name, contact, population, peers, issued } = descriptor;
  return pageText({
    title: `Le nuage public ${ofPlace(name)}`,
    lead: html`Ce que la commune héberge elle-même, avec qui elle fédère ses services, et sous quelles licences.`,
    body: html`<h2 id="services">Services</h2>
${services(descriptor, french)}
${onSite(descriptor)}
<h2 id="pairs">Communes liées</h2>
${
  peers.length === 0
    ? html`<p>Aucune.</p>`
    : html`<p>Un lien n’existe que lorsque les deux communes le déclarent.</p>
<ul>
${peers.map(
  (
    peer,
  ) => html`<li><a href="https://${peer.domain}${descriptorPagePath}">${peer.name ?? peer.id}</a>${linkedBy(peer, french)}</li>
`,
)}</ul>`
}
${copiesOf(descriptor)}
<h2 id="contact">Contact</h2>
<p>${number.format(population)} habitants. Écrire à <a href="mailto:${contact}">${contact}</a>.</p>`,
    footer: html`<p>Page et données du ${date(issued)}. Les mêmes données, signées par la commune : <a href="${descriptorPath}">commune.json</a>.</p>
${statementLine(statement)}`,
  });
}

/** Writes whose encrypted copies a commune has room for, and who has room for its own. */
function copiesOf({ copies }: Descriptor): Html | undefined {
  if (copies === undefined) return undefined;
  const lines = [
    ...(copies.of.length > 0
      ? [`La commune réserve de la place aux copies chiffrées de : ${copies.of.join(", ")}.`]
      : []),
    ...(copies.at.length > 0 ? [`Elle a de la place pour les siennes chez : ${copies.at.join(", ")}.`] : []),
  ];
  return html`<h2 id="copies">Copies de secours</h2>
<p>Seule la commune dont elles viennent peut les lire.</p>
<ul>
${lines.map(
  (line) => html`<li>${line}</li>
`,
)}</ul>`;
}

function services(descriptor: Descriptor, french: FrenchKind): Html {
  return descriptor.services.length === 0 ? html`<p>Aucun.</p>` : servicesTable(descriptor, french);
}

/** Writes a moment as people in France read it. */
export function date(instant: string): string {
  return new Intl.DateTimeFormat("fr-FR", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "Europe/Paris",
  }).format(new Date(instant));
}
