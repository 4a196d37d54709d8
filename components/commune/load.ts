import { readdirSync } from "node:fs";
import { join } from "node:path";
import { identifierFrom } from "../declaration/identifier.ts";
import { loadYaml } from "../declaration/load.ts";
import type { Positions } from "../declaration/positions.ts";
import { DeclarationError } from "../declaration/problem.ts";
import { show } from "../declaration/show.ts";
import { type CommuneDeclaration, communeSchema } from "./declaration.ts";

/** A commune as declared, with the place of every value; or everything that is wrong with it. */
export type LoadedCommune =
  | { ok: true; declaration: CommuneDeclaration; positions: Positions }
  | { ok: false; error: DeclarationError };

/** The communes declared in `stacks`: the names of its folders, in alphabetical order. */
export function listCommunes(stacks: string): string[] {
  return readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

/** Reads `<stacks>/<id>/commune.yaml`. Contacts nothing and changes nothing. */
export function loadCommune(stacks: string, id: string): LoadedCommune {
  const loaded = loadYaml(join(stacks, id, "commune.yaml"), communeSchema);
  if (!loaded.ok) return { ok: false, error: new DeclarationError(loaded.problems) };
  const { declaration, positions } = loaded;
  if (declaration.id !== id) {
    const advice =
      identifierFrom(id) === id ? `Write ${show(id)}, or rename the folder.` : `Rename the folder.`;
    const message = `${show(declaration.id)} is not the name of its folder (${show(id)}). ${advice}`;
    return { ok: false, error: new DeclarationError([positions.problem(["id"], message)]) };
  }
  return { ok: true, declaration, positions };
}

/** The domains of every declared commune; a declaration with problems is for `commune check` to tell about. */
export function declaredDomains(stacks: string): string[] {
  return listCommunes(stacks).flatMap((id) => {
    const loaded = loadCommune(stacks, id);
    return loaded.ok ? [loaded.declaration.domain] : [];
  });
}
