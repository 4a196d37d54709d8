import { loadYaml } from "../declaration/load.ts";
import { DeclarationError } from "../declaration/problem.ts";
import { toolkitFile } from "../toolkit.ts";
import { type CataloguedSoftware, catalogueSchema } from "./catalogue-schema.ts";

/**
 * Facts about an image: open source only, each with its licence and the address of its source. A fact that is absent is
 * unknown.
 */
export interface Image extends Partial<Omit<CataloguedSoftware, "image" | "licence" | "source">> {
  /** Upstream reference; which build of it runs is locked beside the declarations (docs/image.md). */
  reference: string;
  /** SPDX identifier. */
  licence: string;
  source: string;
}

/** File with the software of the toolkit and its services (docs/image.md). */
export const catalogueFile = toolkitFile("components/foundation/image/catalogue.yaml");

/** A catalogue by the names that the code has for its images. Throws DeclarationError with the place of everything that is wrong. */
export function readCatalogue(file = catalogueFile): ReadonlyMap<string, Image> {
  const read = loadYaml(file, catalogueSchema);
  if (!read.ok) throw new DeclarationError(read.problems);
  return new Map(
    Object.entries(read.declaration.software).map(([name, software]) => [name, imageOf(software)]),
  );
}

/** An image, from what a file says of software. */
export function imageOf({ image, ...known }: CataloguedSoftware): Image {
  return { reference: image, ...known };
}

let catalogue: ReadonlyMap<string, Image> | undefined;

/** Returns the entry of one image in the toolkit's catalogue. Throws DeclarationError, or Error if it has none. */
export function catalogueImage(name: string): Image {
  catalogue ??= readCatalogue();
  const image = catalogue.get(name);
  if (image === undefined) throw new Error(`${catalogueFile} has no ${name}. Add it (docs/image.md).`);
  return image;
}

/**
 * The registry of images that no author publishes, made of Debian's packages with `commune image build`: a name that nobody can
 * register (ICANN, resolution 2024.07.29.06), which a site's `registryMirror` leads to a registry of the commune's own.
 */
export const madeHere = "images.internal";

/** The images that services have in common. Each service has its own in its `images.ts`. */
export const images = {
  postgresql: catalogueImage("postgresql"),
  postgis: catalogueImage("postgis"),
  mariadb: catalogueImage("mariadb"),
  valkey: catalogueImage("valkey"),
  haproxy: catalogueImage("haproxy"),
  pgbouncer: catalogueImage("pgbouncer"),
  pgbouncerExporter: catalogueImage("pgbouncerExporter"),
  slapd: catalogueImage("slapd"),
  lemonldap: catalogueImage("lemonldap"),
  nginx: catalogueImage("nginx"),
  restic: catalogueImage("restic"),
  node: catalogueImage("node"),
};

/** Major versions of PostgreSQL that a server may have, each in one release: all four are of the same day. */
const postgresqlReleases = { "15": "15.20", "16": "16.16", "17": "17.12", "18": "18.6" } as const;

export type PostgresqlMajor = keyof typeof postgresqlReleases;

/** Oldest first. */
export const postgresqlMajors = ["15", "16", "17", "18"] as const satisfies readonly PostgresqlMajor[];

/** The official PostgreSQL image on Debian trixie. */
export function postgresqlImage(major: PostgresqlMajor): string {
  return `${repositoryOf(images.postgresql.reference)}:${postgresqlReleases[major]}-trixie`;
}

/** Releases of PostGIS that its image has for each of them. Source: https://github.com/postgis/docker-postgis */
const postgisReleases = { "15": "3.5", "16": "3.5", "17": "3.5", "18": "3.6" } as const satisfies Record<
  PostgresqlMajor,
  string
>;

/** PostgreSQL with PostGIS, as the project's own image has both. */
export function postgisImage(major: PostgresqlMajor): string {
  return `${repositoryOf(images.postgis.reference)}:${major}-${postgisReleases[major]}`;
}

/** Finds a reference in a catalogue, whatever its tag or digest; undefined if it is not there. */
export function catalogued(reference: string, catalogue: Iterable<Image>): Image | undefined {
  // Not all of it is read where one of the first is meant: applications' own images come last (commune/images.ts).
  for (const image of catalogue) if (repositoryOf(image.reference) === repositoryOf(reference)) return image;
  return undefined;
}

/** A reference without tag and digest. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
}
