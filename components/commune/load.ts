import { readdirSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../declaration/choice.ts";
import { identifierFrom } from "../declaration/identifier.ts";
import { type Loaded, loadYaml } from "../declaration/load.ts";
import type { Positions } from "../declaration/positions.ts";
import { DeclarationError, type Problem } from "../declaration/problem.ts";
import { show } from "../declaration/show.ts";
import { federationProblems } from "../federation/links.ts";
import { type Federation, loadFederation } from "../federation/members.ts";
import { hotspotsProblems } from "../hotspots/plan.ts";
import { type LoadedPlaces, loadPlaces } from "../places/load.ts";
import type { Places } from "../places/places.ts";
import { checkRadio } from "../radio/check.ts";
import { schoolsProblems } from "../schools/check.ts";
import { spacesProblems } from "../spaces/check.ts";
import { type CommuneDeclaration, communeSchema } from "./declaration.ts";

/** A commune as declared, with the place of every value; or everything that is wrong with it. */
export type LoadedCommune =
  | {
      ok: true;
      declaration: CommuneDeclaration;
      /** The metropolis that it belongs to, when it federates. */
      federation: Federation | undefined;
      positions: Positions;
      /** What stands where, when the commune has a `places.geojson`. */
      places?: Extract<LoadedPlaces, { ok: true }>;
    }
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

/**
 * Reads `<stacks>/<id>/commune.yaml`, and `places.geojson` beside it. Contacts nothing and changes nothing.
 *
 * @param metropolis what `stacks/federation.yaml` says, when it has been read already.
 */
export function loadCommune(
  stacks: string,
  id: string,
  metropolis: () => Loaded<Federation> | undefined = () => loadFederation(stacks),
): LoadedCommune {
  const loaded = loadYaml(join(stacks, id, "commune.yaml"), communeSchema);
  const places = loadPlaces(stacks, id);
  const misplaced = places === undefined ? [] : places.ok ? radioProblems(places) : places.problems;
  if (!loaded.ok) return { ok: false, error: new DeclarationError([...loaded.problems, ...misplaced]) };
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
    ...(places?.ok === false
      ? []
      : [...unknownPlaces(declaration, places?.places), ...hotspotsProblems(declaration, places?.places)]),
  ].map(({ field, message }) => positions.problem(field, message));
  const federation = declaration.federation === undefined ? undefined : metropolis();
  const unfederated = unknownPeers(declaration, federation, positions);
  const problems = [...clashes, ...misplaced, ...unfederated];
  if (problems.length > 0) return { ok: false, error: new DeclarationError(problems) };
  return {
    ok: true,
    declaration,
    federation: federation?.ok ? federation.declaration : undefined,
    positions,
    ...(places?.ok && { places }),
  };
}

/** Hotspots that break the law, a white zone or a promise: not declared to any device. */
function radioProblems({ places, positions }: Extract<LoadedPlaces, { ok: true }>): Problem[] {
  return checkRadio(places).findings.map(({ path, message }) => positions.problem(path, message));
}

/** Public digital spaces that say they are on the map, and are not. */
function unknownPlaces({ spaces = {} }: CommuneDeclaration, places: Places | undefined) {
  const known = places?.spaces.map(({ id }) => id) ?? [];
  return Object.entries(spaces).flatMap(([id, { place }]) => {
    if (place === undefined || known.includes(place)) return [];
    const near = nearest(place, known);
    const advice = near
      ? `Did you mean ${show(near)}?`
      : `Write the id of one: ${known.join(", ") || "there is none"}.`;
    const message = `${show(place)} is no feature of places.geojson with the kind "space". ${advice}`;
    return [{ field: ["spaces", id, "place"], message }];
  });
}

/** What is wrong with the federation that a commune declares, seen from the metropolis. */
function unknownPeers(
  declaration: CommuneDeclaration,
  metropolis: Loaded<Federation> | undefined,
  positions: Positions,
): Problem[] {
  if (declaration.federation === undefined) return [];
  if (metropolis === undefined) {
    const message = "federates, and stacks/federation.yaml does not exist. Create it (docs/federation.md).";
    return [positions.problem(["federation"], message, "key")];
  }
  if (!metropolis.ok) return metropolis.problems;
  return federationProblems(declaration, metropolis.declaration).map(({ field, message }) =>
    positions.problem(field, message),
  );
}

/** Public names that two services would both answer to. */
function sharedNames(declaration: CommuneDeclaration): { field: string[]; message: string }[] {
  const services = (["nextcloud", "mastodon", "peertube", "hotspots", "schools"] as const).flatMap(
    (service) => {
      const declared = declaration[service];
      return declared === undefined ? [] : [{ service, subdomain: declared.subdomain }];
    },
  );
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
