import type { FeatureCollection } from "geojson";
import { html } from "../foundation/page/html.ts";
import { pageText } from "../foundation/page/page.ts";
import { type Descriptor, descriptorPagePath } from "./descriptor.ts";
import { date, type FrenchKind, onSite, servicesTable } from "./descriptor-page.ts";

/** One member of the metropolis, as last seen. */
export interface DirectoryEntry {
  id: string;
  name: string;
  domain: string;
  contact: string;
  /** Its descriptor; absent if it was never read. */
  descriptor?: Descriptor;
  /** Time at which the descriptor was read, ISO 8601. */
  read?: string;
  /** Reason why it could not be read this time. */
  problem?: string;
}

/** The public directory of a metropolis: the sum of what its communes publish. */
export interface Directory {
  name: string;
  /** Time at which the directory was made, ISO 8601. */
  made: string;
  members: DirectoryEntry[];
}

/** Returns what is shown of a member: its current descriptor, or the last known one. */
export function remembered(found: DirectoryEntry, before: DirectoryEntry | undefined): DirectoryEntry {
  if (found.descriptor !== undefined || before?.descriptor === undefined) return found;
  return { ...found, descriptor: before.descriptor, ...(before.read ? { read: before.read } : {}) };
}

/** Returns the members that publish their location, as points. */
export function directoryFeatures({ members }: Directory): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: members.flatMap(({ id, name, domain, descriptor }) =>
      descriptor?.location
        ? [
            {
              type: "Feature" as const,
              id,
              geometry: {
                type: "Point" as const,
                coordinates: [descriptor.location.longitude, descriptor.location.latitude],
              },
              properties: {
                name,
                domain,
                insee: descriptor.insee,
                population: descriptor.population,
                services: descriptor.services.map(({ kind, url }) => ({ kind, url })),
              },
            },
          ]
        : [],
    ),
  };
}

/** Writes an age: `3 h`, `2 jours`. */
function age(from: string, to: string): string {
  const hours = Math.round((Date.parse(to) - Date.parse(from)) / 3_600_000);
  if (hours < 1) return "moins d’une heure";
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} jours`;
}

/** Returns the directory for people: in French, one section per commune, complete without JavaScript. */
export function directoryPage(directory: Directory, french: FrenchKind): string {
  const { name, made, members } = directory;
  const online = members.filter(({ problem }) => problem === undefined).length;
  return pageText({
    title: `Annuaire public : ${name}`,
    lead: html`${members.length} communes membres, dont ${online} ont répondu. Chacune publie elle-même ce qui suit ; il n’y a pas de serveur central.`,
    body: html`<nav aria-label="Communes">
<ul>
${members.map(
  (
    member,
  ) => html`<li><a href="#${member.id}">${member.name}</a>${member.problem ? " (ne répond pas)" : ""}</li>
`,
)}</ul>
</nav>
${members.map((member) => memberSection(member, made, french))}`,
    footer: html`<p>Fait le ${date(made)}. Données : <a href="directory.json">JSON</a>, <a href="directory.geojson">GeoJSON</a>.</p>`,
    style: "nav ul{columns:3 14rem}",
  });
}

function memberSection(
  { id, name, domain, contact, descriptor, read, problem }: DirectoryEntry,
  made: string,
  french: FrenchKind,
) {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${
  problem &&
  html`<p><strong>Ne répond pas.</strong> ${
    read
      ? `Dernières informations connues : ${date(read)}, il y a ${age(read, made)}.`
      : "Rien n’en est connu encore."
  }</p>`
}
${descriptor && descriptor.services.length > 0 ? servicesTable(descriptor, french) : ""}
${
  descriptor && descriptor.peers.length > 0
    ? html`<p>Liée à : ${descriptor.peers
        .map(
          (peer) =>
            `${peer.id} (${peer.services.map((service) => french(service).toLowerCase()).join(", ")})`,
        )
        .join(" ; ")}.</p>`
    : ""
}
${descriptor && onSite(descriptor)}
<p>Contact : <a href="mailto:${contact}">${contact}</a>. <a href="https://${domain}${descriptorPagePath}">${domain}</a></p>
</section>
`;
}
