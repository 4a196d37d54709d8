import { readdirSync } from "node:fs";
import { join } from "node:path";
import { identifierFrom } from "../declaration/identifier.ts";
import { loadYaml } from "../declaration/load.ts";
import type { Positions } from "../declaration/positions.ts";
import { DeclarationError } from "../declaration/problem.ts";
import { show } from "../declaration/show.ts";
import { schoolsProblems } from "../schools/check.ts";
import { spacesProblems } from "../spaces/check.ts";
import { type CommuneDeclaration, communeSchema } from "./declaration.ts";

/** A commune as declared, with the place of every value; or everything that is wrong with it. */
export type LoadedCommune =
  | { ok: true; declaration: CommuneDeclaration; positions: Positions }
  | { ok: false; error: DeclarationError };

/** A folder of `stacks` that is no commune: declarations to learn from. */
const examples = "examples";

/** The communes declared in `stacks`: the names of its folders, in alphabetical order. */
export function listCommunes(stacks: string): string[] {
  return readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== examples)
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
  const clashes = [
    ...sharedNames(declaration),
    ...schoolsProblems(declaration),
    ...spacesProblems(declaration),
  ].map(({ field, message }) => positions.problem(field, message));
  if (clashes.length > 0) return { ok: false, error: new DeclarationError(clashes) };
  return { ok: true, declaration, positions };
}

/** Public names that two services would both answer to. */
function sharedNames(declaration: CommuneDeclaration): { field: string[]; message: string }[] {
  const services = (["nextcloud", "mastodon", "peertube", "schools"] as const).flatMap((service) => {
    const declared = declaration[service];
    return declared === undefined ? [] : [{ service, subdomain: declared.subdomain }];
  });
  return services.flatMap(({ service, subdomain }, index) => {
    const first = services.slice(0, index).find((other) => other.subdomain === subdomain);
    if (first === undefined) return [];
    const message = `${show(subdomain)} is the name of ${first.service} already. Each service has a name of its own.`;
    return [{ field: [service, "subdomain"], message }];
  });
}

/** The domains of every declared commune; a declaration with problems is for `commune check` to tell about. */
export function declaredDomains(stacks: string): string[] {
  return listCommunes(stacks).flatMap((id) => {
    const loaded = loadCommune(stacks, id);
    return loaded.ok ? [loaded.declaration.domain] : [];
  });
}
