import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { html } from "../../foundation/page/html.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";
import { pageText } from "../../foundation/page/page.ts";
import { type Statement, statementLine, statementOf } from "../../foundation/page/statement.ts";
import type { RepositoryKey } from "../apt/key.ts";
import { controlOf, type RepositoryPackage, repositoryFiles } from "../apt/repository.ts";
import { catalogueFiles, type Shelf } from "../lessons/catalogue.ts";
import { programsOf } from "../lessons/folder.ts";
import {
  checksumList,
  fileOf,
  type LibraryProblem,
  made,
  type PublishedFile,
  readLibrary,
} from "./library.ts";
import type { SchoolsDeclaration } from "./plan.ts";
import { fetchLibrary } from "./source.ts";

/** Everything that the public gets, by path; or what keeps it from being published. */
export type Publication =
  | { ok: true; files: Map<string, PublishedFile>; packages: RepositoryPackage[] }
  | { ok: false; problems: LibraryProblem[] };

/** Sources of a publication. */
export interface Making {
  /** The path of a folder beside the commune's declaration, by its declared name. */
  pathOf: (folder: string) => string;
  /** Folder in which files of other publishers' libraries are kept between publications. */
  cache: string;
  /** Packages of workstations, built for this publication. */
  kits: readonly string[];
  get?: typeof fetch;
}

/** Fields of a commune's declaration that are read here. */
export interface SharingCommune extends SchoolsDeclaration {
  name: string;
}

/** Makes what a commune's schools share: libraries with their lists, the catalogue of lessons, packages and a page. */
export async function makePublication(
  declaration: SharingCommune,
  { pathOf, cache, kits, get }: Making,
): Promise<Publication> {
  const { name, schools } = declaration;
  if (schools === undefined) throw new Error(`${declaration.id} declares no schools.`);
  const places = [
    ...Object.entries(schools.libraries).map(([id, library]) => ({ id, ...library })),
    ...Object.entries(schools.establishments).flatMap(([id, school]) =>
      school.library ? [{ id, name: school.name, folder: school.library, source: undefined }] : [],
    ),
  ];
  const problems = [...places.map((place) => place.folder), schools.packages].flatMap((path) =>
    path === undefined || existsSync(pathOf(path))
      ? []
      : [
          {
            place: pathOf(path),
            message: "does not exist. Make that folder, or correct the declaration.",
          },
        ],
  );
  if (problems.length > 0) return { ok: false, problems };
  const knownPrograms = new Set(
    places.flatMap((place) => (place.folder ? [...programsOf(pathOf(place.folder))] : [])),
  );
  const statement = statementOf(declaration);
  const files = new Map<string, PublishedFile>();
  const shelves: Shelf[] = [];
  for (const place of places) {
    const shelf = new Map(place.source ? await fetchLibrary(place.source, cache, get) : []);
    if (place.folder !== undefined) {
      const read = await readLibrary(pathOf(place.folder), pathOf(place.folder), knownPrograms);
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
  for (const [path, content] of catalogueFiles("Leçons partagées", shelves, statement)) {
    files.set(`lessons/${path}`, made(content));
  }
  const packages: RepositoryPackage[] = [];
  for (const path of [...kits, ...packagesIn(schools.packages && pathOf(schools.packages))]) {
    const file = basename(path);
    const published = await fileOf(path);
    files.set(`packages/${file}`, published);
    try {
      packages.push({ ...published, file, control: await controlOf(path) });
    } catch {
      problems.push({ place: path, message: "is no Debian package. Put the package there again." });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const address = addressOf(declaration);
  files.set("packages/index.html", made(packagesPage(declaration.id, address, packages, statement)));
  files.set("index.html", made(indexPage(name, Object.values(schools.establishments), statement)));
  return { ok: true, files, packages };
}

/**
 * Adds what makes the folder of packages a repository that apt trusts.
 *
 * @param date when it is published.
 */
export async function signPackages(
  declaration: SharingCommune,
  { files, packages }: Extract<Publication, { ok: true }>,
  key: RepositoryKey,
  date: Date,
): Promise<void> {
  const { id, name } = declaration;
  const repository = { origin: name, address: `${addressOf(declaration)}/packages/`, date };
  for (const [file, text] of await repositoryFiles(packages, repository, key, id)) {
    files.set(`packages/${file}`, made(text));
  }
}

function addressOf({ domain, schools }: SharingCommune): string {
  return `https://${schools?.subdomain}.${domain}`;
}

function packagesIn(folder: string | undefined): string[] {
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".deb"))
    .map((file) => join(folder, file));
}

function indexPage(
  commune: string,
  schools: readonly { name: string }[],
  statement: Statement | undefined,
): string {
  return pageText({
    title: `Ressources des écoles ${ofPlace(commune)}`,
    lead: html`Ce que les écoles partagent pour le tableau OpenBoard : des images, des sons, des films et des leçons. Aucun compte n’est demandé.`,
    body: html`<ul>
<li><a href="lessons/">Leçons partagées</a></li>
<li><a href="packages/">Installer un poste de travail (Debian)</a></li>
</ul>
<h2>Écoles</h2>
<ul>
${schools.map(({ name }) => html`<li>${name}</li>\n`)}</ul>`,
    footer: html`<p>Ce site ne dépose aucun cookie et ne contacte aucun autre site.</p>
${statementLine(statement)}`,
  });
}

function packagesPage(
  id: string,
  address: string,
  packages: readonly RepositoryPackage[],
  statement: Statement | undefined,
): string {
  const names = packages.map(({ file }) => file).sort();
  const sources = `${id}.sources`;
  return pageText({
    title: "Postes de travail",
    lead: html`Un paquet Debian par école et par espace public numérique, tenu à jour avec le reste de la machine.`,
    style: "pre{white-space:pre-wrap;overflow-wrap:anywhere}",
    body: html`<h2>Installer</h2>
<p>Une fois par machine, en administrateur :</p>
<pre><code>curl -fsSo /etc/apt/sources.list.d/${sources} ${address}/packages/${sources}
apt update
apt install commune-school-nom-de-l-ecole</code></pre>
<p><a href="${sources}">${sources}</a> contient la clé qui signe ces paquets ; elle ne vaut que pour eux.</p>
<h2>Paquets</h2>
${names.length === 0 ? html`<p>Aucun paquet pour le moment.</p>` : html`<ul>\n${names.map((name) => html`<li><a href="${encodeURIComponent(name)}">${name}</a></li>\n`)}</ul>`}`,
    footer: statementLine(statement),
  });
}
