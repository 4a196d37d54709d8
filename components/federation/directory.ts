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
  /** Name of its group, if the metropolis has groups. */
  group?: string;
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
function directoryFeatures({ members }: Directory): FeatureCollection {
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

/** Most communes on one page. */
export const perPage = 60;

/** One page of a directory, in its JSON. A directory of one page says nothing of pages. */
interface DirectoryPage extends Directory {
  page?: number;
  pages?: number;
  /** Communes on all pages. */
  total?: number;
  /** File of the next page. */
  next?: string;
}

/** File of a page, counted from 1. */
const pageFile = (page: number) => (page === 1 ? "index.html" : `page-${page}.html`);
const dataFile = (page: number) => (page === 1 ? "directory.json" : `directory-${page}.json`);

/** Whether a file is a later page, or the list of a relay or an index: a directory that is written again may lack it. */
export function isReplaceable(file: string): boolean {
  return /^(page-\d+\.html|directory-\d+\.json|(microblog|video)-[a-z0-9.-]+\.json)$/.test(file);
}

/**
 * Returns the files of a directory by name: pages for people, in French and complete without JavaScript, the same as
 * JSON, and one GeoJSON for a map, which needs all. Each page has at most sixty communes, in the order of their names.
 */
export function directoryFiles(directory: Directory, french: FrenchKind): Record<string, string> {
  const { name, made, members } = directory;
  const pages = Math.max(1, Math.ceil(members.length / perPage));
  const starts = Array.from({ length: pages }, (_, index) => members.slice(index * perPage)[0]?.name ?? "");
  const each = starts.flatMap((_, index): [string, string][] => {
    const page = index + 1;
    const here = members.slice(index * perPage, page * perPage);
    const more = page < pages ? { next: dataFile(page + 1) } : {};
    const place = pages === 1 ? {} : { page, pages, total: members.length, ...more };
    const data: DirectoryPage = { name, made, ...place, members: here };
    return [
      [pageFile(page), directoryPage(directory, here, { page, starts }, french)],
      [dataFile(page), `${JSON.stringify(data, undefined, 2)}\n`],
    ];
  });
  const features = `${JSON.stringify(directoryFeatures(directory), undefined, 2)}\n`;
  return { ...Object.fromEntries(each), "directory.geojson": features };
}

/**
 * Reads the members of all pages of a directory; undefined if there is none.
 *
 * @param read returns the text of a file. Throws if it is not there.
 */
export function readDirectory(read: (file: string) => string): DirectoryEntry[] | undefined {
  const found: DirectoryEntry[] = [];
  try {
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const { members, pages: all = 1 } = JSON.parse(read(dataFile(page))) as DirectoryPage;
      found.push(...members);
      pages = all;
    }
  } catch {
    return found.length === 0 ? undefined : found;
  }
  return found;
}

/** Returns one page for people. @param starts the name that each page begins with. */
function directoryPage(
  { name, made, members }: Directory,
  here: readonly DirectoryEntry[],
  { page, starts }: { page: number; starts: readonly string[] },
  french: FrenchKind,
): string {
  const online = members.filter(({ problem }) => problem === undefined).length;
  const title = `Annuaire public : ${name}`;
  return pageText({
    title: starts.length === 1 ? title : `${title} (page ${page} sur ${starts.length})`,
    lead: html`${members.length} communes membres, dont ${online} ont répondu. Chacune publie elle-même ce qui suit ; il n’y a pas de serveur central.`,
    body: html`${starts.length > 1 ? pagesOf(page, starts) : ""}<nav aria-label="Communes">
<ul>
${here.map(
  (
    member,
  ) => html`<li><a href="#${member.id}">${member.name}</a>${member.problem ? " (ne répond pas)" : ""}</li>
`,
)}</ul>
</nav>
${here.map((member) => memberSection(member, made, french))}`,
    footer: html`<p>Fait le ${date(made)}. Données : <a href="${dataFile(page)}">JSON</a>, <a href="directory.geojson">GeoJSON</a>.</p>`,
    style: "nav ul{columns:3 14rem}",
  });
}

/** Lists all pages, each by the commune that it begins with. */
function pagesOf(current: number, starts: readonly string[]) {
  return html`<nav aria-label="Pages">
<ul>
${starts.map((start, index) => {
  const page = index + 1;
  return page === current
    ? html`<li><a href="${pageFile(page)}" aria-current="page">Page ${page}, dès ${start} (celle-ci)</a></li>
`
    : html`<li><a href="${pageFile(page)}">Page ${page}, dès ${start}</a></li>
`;
})}</ul>
</nav>
`;
}

function memberSection(
  { id, name, domain, contact, group, descriptor, read, problem }: DirectoryEntry,
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
${group && html`<p>Groupe : ${group}.</p>`}
<p>Contact : <a href="mailto:${contact}">${contact}</a>. <a href="https://${domain}${descriptorPagePath}">${domain}</a></p>
</section>
`;
}
