import { existsSync, readFileSync, rmSync } from "node:fs";
import { loadCommune } from "../../components/commune/load.ts";
import { shownFile } from "../../components/foundation/declaration/problem.ts";
import { inCommune, tenantFileOf, tenantsFolder } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { Tenant } from "../../components/tenants/tenant/declaration.ts";
import { writeWhole } from "../../local/cluster/files.ts";

/** An association that comes to a commune. */
export interface NewTenant {
  id: string;
  /** Text of its file. */
  text: string;
  /** Files of its site, by path below a folder of its own name; absent if its file names none. */
  pages?: ReadonlyMap<string, Buffer> | undefined;
}

/**
 * Writes the file of an association that arrives, and its pages, if neither exists yet. Removes them again if the
 * commune cannot be read with them. Throws then, and if one exists already, which stays as it is.
 */
export function addTenant(stacks: string, commune: string, { id, text, pages }: NewTenant) {
  const file = tenantFileOf(stacks, commune, id);
  const site = inCommune(stacks, commune, tenantsFolder, id);
  for (const path of [file, ...(pages === undefined ? [] : [site])])
    if (existsSync(path))
      throw new TranslatedError({
        en: `${shownFile(path)} is there already. Give this one another id, or move that away. Nothing was changed.`,
        fr: `${shownFile(path)} existe déjà. Donnez un autre identifiant à celle-ci, ou déplacez l’autre. Rien n’a été changé.`,
      });
  try {
    for (const [path, content] of pages ?? [])
      writeWhole(inCommune(stacks, commune, tenantsFolder, id, path), content);
    writeWhole(file, text);
    const after = loadCommune(stacks, commune);
    if (!after.ok) throw after.error;
    return { file: shownFile(file), declaration: after.declaration };
  } catch (error) {
    rmSync(file, { force: true });
    if (pages !== undefined) rmSync(site, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Changes an association's file, and restores it if the commune cannot be read with the change, or is read
 * differently.
 */
export function editFile(
  stacks: string,
  commune: string,
  id: string,
  change: (text: string) => string,
  isDone: (tenant: Tenant) => boolean,
): string {
  const path = tenantFileOf(stacks, commune, id);
  const before = readFileSync(path, "utf8");
  writeWhole(path, change(before));
  const after = loadCommune(stacks, commune);
  const tenant = after.ok ? after.declaration.associations[id] : undefined;
  if (tenant !== undefined && isDone(tenant)) return shownFile(path);
  writeWhole(path, before);
  if (!after.ok) throw after.error;
  throw new TranslatedError({
    en: `${shownFile(path)} is written in a way that this command cannot change. Write the field suspended: by hand (docs/tenants.md). Nothing was changed.`,
    fr: `${shownFile(path)} est écrit d’une manière que cette commande ne peut pas changer. Écrivez le champ suspended: à la main (docs/tenants.md). Rien n’a été changé.`,
  });
}
