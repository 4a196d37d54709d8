import { existsSync } from "node:fs";
import yaml from "js-yaml";
import * as z from "zod";
import { choice } from "../../foundation/declaration/choice.ts";
import { type Loaded, loadYaml } from "../../foundation/declaration/load.ts";
import { section } from "../../foundation/declaration/section.ts";
import { inCommune } from "../../foundation/declaration/stacks.ts";
import { version } from "../../foundation/declaration/version.ts";
import { postgresqlMajors } from "../../foundation/image/catalogue.ts";
import { type ImageLock, lockedImages, lockText } from "../../foundation/image/lock.ts";
import { serviceNames } from "../../services/index.ts";

/** Name of the file beside `commune.yaml` that says which version runs where that names none, and which build of each image. */
export const versionsFile = "versions.lock.yaml";

/** Versions by what declares them: `nextcloud`, `database`, `nextcloud.dedicatedDatabase`. */
export type LockedVersions = Readonly<Record<string, string>>;

const servers = ["database", ...serviceNames.map((name) => `${name}.dedicatedDatabase`)];

const versionsSchema = section({
  versions: section({
    ...Object.fromEntries(serviceNames.map((name) => [name, version().optional()])),
    ...Object.fromEntries(servers.map((name) => [name, choice(postgresqlMajors).optional()])),
  }).default({}),
  images: lockedImages().default({}),
});

/** Locked versions and builds of a commune. */
export interface CommuneLock {
  versions: LockedVersions;
  images: ImageLock;
}

/** Returns what `versions.lock.yaml` of a commune says; undefined if it has none. */
export function loadVersions(stacks: string, id: string): Loaded<CommuneLock> | undefined {
  const file = inCommune(stacks, id, versionsFile);
  if (!existsSync(file)) return undefined;
  const loaded = loadYaml(file, versionsSchema);
  if (!loaded.ok) return loaded;
  const { versions, images } = loaded.declaration;
  return { ...loaded, declaration: { versions: written(versions), images } };
}

/** Entries with a value. */
function written(versions: Readonly<Record<string, unknown>>): LockedVersions {
  return Object.fromEntries(
    Object.entries(versions).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** Returns the text of the file: the same versions and builds give the same text. */
export function versionsText(versions: LockedVersions, images: ImageLock = {}): string {
  const sorted = Object.fromEntries(
    Object.entries(versions).sort(([one], [other]) => one.localeCompare(other, "en")),
  );
  const head =
    "# Which version runs where commune.yaml names none, and which build of each image: a newer toolkit changes none of the\n# versions (docs/updates.md). Written by: npx commune init, pin, updates --write. Review it like code, and commit it.\n";
  const builds = Object.keys(images).length === 0 ? "" : lockText(images);
  return `${head}${yaml.dump({ versions: sorted }, { quotingType: '"', forceQuotes: true })}${builds}`;
}

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A section of a declaration as it is written; the server that services share has one without being written. */
function sectionAt(declaration: Section, name: string): unknown {
  const found = name
    .split(".")
    .reduce<unknown>((at, step) => (isSection(at) ? at[step] : undefined), declaration);
  const isShared = name === "database" && serviceNames.some((service) => service in declaration);
  return found === undefined && isShared ? {} : found;
}

/** Returns what a declaration, as it is written, names no version of. */
export function openVersions(declaration: unknown): string[] {
  if (!isSection(declaration)) return [];
  return [...serviceNames, ...servers].filter((name) => {
    const found = sectionAt(declaration, name);
    return isSection(found) && found.version === undefined;
  });
}

/** Returns a declaration, as it is written, with the locked versions of what names none. */
function withVersions(declaration: unknown, versions: LockedVersions): unknown {
  return openVersions(declaration).reduce(
    (whole, name) =>
      versions[name] === undefined ? whole : withVersion(whole, name.split("."), versions[name]),
    declaration,
  );
}

function withVersion(whole: unknown, [step, ...rest]: readonly string[], version: string): unknown {
  const own = isSection(whole) ? whole : {};
  return step === undefined ? { ...own, version } : { ...own, [step]: withVersion(own[step], rest, version) };
}

/** Returns the schema of a declaration whose versions are locked. */
export function lockedTo<Schema extends z.ZodType>(schema: Schema, versions: LockedVersions) {
  return z.preprocess((declaration) => withVersions(declaration, versions), schema);
}
