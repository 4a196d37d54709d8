import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CommuneDeclaration } from "../commune/declaration.ts";
import { catalogueFiles, type Shelf } from "../lessons/catalogue.ts";
import { programsOf } from "../lessons/folder.ts";
import { html } from "../page/html.ts";
import { pageText } from "../page/page.ts";
import {
  checksumList,
  fileOf,
  type LibraryProblem,
  made,
  type PublishedFile,
  readLibrary,
} from "./library.ts";
import { fetchLibrary } from "./source.ts";

/** Everything that the public gets, by path; or what keeps it from being published. */
export type Publication =
  | { ok: true; files: Map<string, PublishedFile> }
  | { ok: false; problems: LibraryProblem[] };

/** Where a publication is made from. */
export interface Making {
  /** The commune's folder, `stacks/<id>`. */
  folder: string;
  /** Where files of other publishers' libraries are kept between publications. */
  cache: string;
  /** Packages of workstations, built for this publication. */
  kits: readonly string[];
  get?: typeof fetch;
}

/** Makes what a commune's schools share: libraries with their lists, the catalogue of lessons, packages and a page. */
export async function makePublication(
  declaration: CommuneDeclaration,
  { folder, cache, kits, get }: Making,
): Promise<Publication> {
  const { name, schools } = declaration;
  if (schools === undefined) throw new Error(`${declaration.id} declares no schools.`);
  const places = [
    ...Object.entries(schools.libraries).map(([id, library]) => ({ id, ...library })),
    ...Object.entries(schools.establishments).flatMap(([id, school]) =>
      school.library ? [{ id, name: school.name, folder: school.library, source: undefined }] : [],
    ),
  ];
  const problems = places.flatMap((place) =>
    place.folder === undefined || existsSync(join(folder, place.folder))
      ? []
      : [
          {
            place: join(folder, place.folder),
            message: "does not exist. Make that folder, or correct the declaration.",
          },
        ],
  );
  if (problems.length > 0) return { ok: false, problems };
  const knownPrograms = new Set(
    places.flatMap((place) => (place.folder ? [...programsOf(join(folder, place.folder))] : [])),
  );
  const files = new Map<string, PublishedFile>();
  const shelves: Shelf[] = [];
  for (const place of places) {
    const shelf = new Map(place.source ? await fetchLibrary(place.source, cache, get) : []);
    if (place.folder !== undefined) {
      const read = await readLibrary(join(folder, place.folder), join(folder, place.folder), knownPrograms);
      problems.push(...read.problems);
      for (const [path, file] of read.files) shelf.set(path, file);
      shelves.push({
        name: place.name,
        address: `../library/${place.id}/lessons`,
        lessons: read.lessons.lessons,
      });
    }
    for (const [path, file] of shelf) files.set(`library/${place.id}/${path}`, file);
    files.set(`library/${place.id}/SHA256SUMS`, made(checksumList(shelf)));
  }
  if (problems.length > 0) return { ok: false, problems };
  for (const [path, content] of catalogueFiles("Leçons partagées", shelves)) {
    files.set(`lessons/${path}`, made(content));
  }
  const packages = [
    ...kits,
    ...(schools.packages
      ? readdirSync(join(folder, schools.packages))
          .filter((file) => file.endsWith(".deb"))
          .map((file) => join(folder, schools.packages ?? "", file))
      : []),
  ];
  for (const file of packages) files.set(`packages/${file.split("/").at(-1)}`, await fileOf(file));
  files.set("packages/index.html", made(packagesPage(packages.map((file) => file.split("/").at(-1) ?? ""))));
  files.set("index.html", made(indexPage(name, Object.values(schools.establishments))));
  return { ok: true, files };
}

function indexPage(commune: string, schools: readonly { name: string }[]): string {
  return pageText({
    title: `Ressources des écoles de ${commune}`,
    lead: html`Ce que les écoles partagent pour le tableau OpenBoard : des images, des sons, des films et des leçons. Aucun compte n’est demandé.`,
    body: html`<ul>
<li><a href="lessons/">Leçons partagées</a></li>
<li><a href="packages/">Installer un poste de travail (Debian)</a></li>
</ul>
<h2>Écoles</h2>
<ul>
${schools.map(({ name }) => html`<li>${name}</li>\n`)}</ul>`,
    footer: html`<p>Ce site ne dépose aucun cookie et ne contacte aucun autre site.</p>`,
  });
}

function packagesPage(names: readonly string[]): string {
  const sorted = [...names].sort();
  return pageText({
    title: "Postes de travail",
    lead: html`Un paquet Debian par école : OpenBoard réglé pour l’école, et sa bibliothèque tenue à jour.`,
    body: html`${sorted.length === 0 ? html`<p>Aucun paquet pour le moment.</p>` : html`<ul>\n${sorted.map((name) => html`<li><a href="${encodeURIComponent(name)}">${name}</a></li>\n`)}</ul>`}
<p>Installer un paquet téléchargé : <code>apt install ./nom-du-paquet.deb</code></p>`,
  });
}
