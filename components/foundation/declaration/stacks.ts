import { existsSync, lstatSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { communeId, tenantId } from "./identifier.ts";
import { DeclarationError, shownFile } from "./problem.ts";
import { show, showWord } from "./show.ts";

/** Files that all communes of one folder of declarations share. */
export const sharedFiles = ["federation.yaml", "images.lock.yaml"] as const;
export type SharedFile = (typeof sharedFiles)[number];

/** File of the trials of PostgreSQL on several nodes: no commune's, and no part of an export. */
export const trialsFile = "database-trials.jsonl";

/** The folder of a commune's associations, beside its declaration. */
export const tenantsFolder = "tenants";

/**
 * The path of a commune's folder, or of something in it: `<stacks>/<commune>/<below>`. Nobody else makes one: a name that
 * came from outside leads nowhere but there. Nothing need be there.
 *
 * @param below names, or several with slashes between.
 * @throws DeclarationError where the commune has no commune's id, a step leads out of the folder, or a link does.
 */
export function inCommune(stacks: string, commune: string, ...below: readonly string[]): string {
  refuseName(stacks, communeId().safeParse(commune), commune);
  for (const step of below.flatMap((path) => path.split("/")))
    if (["", ".", ".."].includes(step) || step.includes("\0"))
      refuse(
        shownFile(join(stacks, commune)),
        `${show(below.join("/"))} is no way below the folder of a commune. Write names, with a slash between.`,
      );
  return withoutLinksOut(stacks, join(stacks, commune, ...below), commune);
}

/** The file of an association: `<stacks>/<commune>/tenants/<tenant>.yaml`. Throws as `inCommune` does. */
export function tenantFileOf(stacks: string, commune: string, tenant: string): string {
  refuseName(stacks, tenantId().safeParse(tenant), tenant);
  return inCommune(stacks, commune, tenantsFolder, `${tenant}.yaml`);
}

/** The path of what the communes of one folder share. Throws DeclarationError where a link leads out of the folder. */
export function inStacks(stacks: string, name: SharedFile | typeof trialsFile): string {
  return withoutLinksOut(stacks, join(stacks, name), "");
}

/** A schema for editors: stacks/<name>.schema.json of the toolkit. */
export type EditorSchema = "commune" | "tenant" | "federation";

/**
 * Returns the path of a schema from the folder of declarations: a file in it, as in the toolkit's own repository, else a
 * file of the package that the repository's root has.
 */
export function schemaFrom(stacks: string, name: EditorSchema): string {
  const file = `${name}.schema.json`;
  return existsSync(join(stacks, file)) ? file : `../node_modules/commune-cloud/stacks/${file}`;
}

/** The settings of a stack, where Pulumi.yaml puts them. Throws DeclarationError where no stack can be called so. */
export function settingsOf(stacks: string, stack: string): string {
  refuseName(stacks, communeId().safeParse(stack), stack);
  return withoutLinksOut(stacks, join(stacks, `Pulumi.${stack}.yaml`), "");
}

function refuse(file: string, message: string): never {
  throw new DeclarationError([{ file, line: 1, column: 1, path: [], message }]);
}

function refuseName(
  stacks: string,
  read: ReturnType<ReturnType<typeof communeId>["safeParse"]>,
  name: string,
): void {
  if (!read.success) refuse(`${shownFile(stacks)}/${showWord(name)}`, read.error.issues[0]?.message ?? "");
}

/**
 * A path, where no link on it leads out of a folder of `stacks`: what is elsewhere would be read or written. So would what
 * a link leads to that leads nowhere yet.
 */
function withoutLinksOut(stacks: string, path: string, folder: string): string {
  let at = stacks;
  for (const step of relative(stacks, path).split(sep)) {
    at = join(at, step);
    const status = lstatSync(at, { throwIfNoEntry: false });
    if (status?.isSymbolicLink() && !leadsInto(at, join(realpathSync(stacks), folder)))
      refuse(
        shownFile(at),
        `this is a link out of ${shownFile(join(stacks, folder))}. Put what it leads to in its place.`,
      );
    if (!status?.isDirectory() && !status?.isSymbolicLink()) break;
  }
  return path;
}

function leadsInto(link: string, folder: string): boolean {
  try {
    return `${realpathSync(link)}${sep}`.startsWith(`${folder}${sep}`);
  } catch {
    return false;
  }
}
