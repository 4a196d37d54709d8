import { readdirSync } from "node:fs";
import { federationProblems, withGroup } from "../federation/links.ts";
import { type Federation, loadFederation } from "../federation/members.ts";
import { identifierFrom } from "../foundation/declaration/identifier.ts";
import { type Loaded, loadYaml } from "../foundation/declaration/load.ts";
import type { Path } from "../foundation/declaration/position.ts";
import type { Positions } from "../foundation/declaration/positions.ts";
import { DeclarationError, type Problem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { type LoadedPlaces, loadPlaces } from "../places/places/load.ts";
import { checkRadio } from "../places/radio/check.ts";
import { loadPortal } from "../portal/load.ts";
import type { PortalFiles } from "../portal/plan.ts";
import { recoveryProblems } from "../recovery/check.ts";
import { serviceNames } from "../services/index.ts";
import { type Decision, loadDecisions } from "../tenants/requests/decisions.ts";
import { domainsOf } from "../tenants/tenant/declaration.ts";
import { type LoadedTenants, loadTenants } from "../tenants/tenant/load.ts";
import { type CommuneDeclaration, communeSchema } from "./declaration.ts";
import { fieldProblems } from "./field-problems.ts";
import { linkableIn } from "./links.ts";
import { parts } from "./parts.ts";
import { loadVersions, lockedTo } from "./versions/lock.ts";

/** A commune's declaration with the position of every value, or all its problems. */
export type LoadedCommune =
  | {
      ok: true;
      declaration: CommuneDeclaration;
      /** The metropolis that it belongs to; undefined if it does not federate. */
      federation: Federation | undefined;
      positions: Positions;
      /** Positions of each association's file. */
      tenantPositions: LoadedTenants["positions"];
      /** Places of the commune, if it has a `places.geojson`. */
      places?: Extract<LoadedPlaces, { ok: true }>;
      /** Contents of its portal's files, if it declares a portal. */
      portal?: PortalFiles;
      /** Decisions about requests of associations. */
      decisions: readonly Decision[];
    }
  | { ok: false; error: DeclarationError };

/** A folder of `stacks` that is not a commune: declarations to learn from. */
const examples = "examples";

/** Lists the communes declared in `stacks`: the names of its folders, in alphabetical order. */
export function listCommunes(stacks: string): string[] {
  return readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== examples)
    .map(({ name }) => name)
    .sort();
}

/**
 * Reads `<stacks>/<id>/commune.yaml`, and `places.geojson` and the files of `tenants/` beside it. Contacts nothing and
 * changes nothing.
 *
 * @param metropolis contents of `stacks/federation.yaml`, if it has been read already.
 */
export function loadCommune(
  stacks: string,
  id: string,
  metropolis: () => Loaded<Federation> | undefined = () => loadFederation(stacks),
): LoadedCommune {
  try {
    return read(stacks, id, metropolis);
  } catch (error) {
    // If one of its files is elsewhere.
    if (error instanceof DeclarationError) return { ok: false, error };
    throw error;
  }
}

function read(stacks: string, id: string, metropolis: () => Loaded<Federation> | undefined): LoadedCommune {
  const versions = loadVersions(stacks, id);
  const locked = versions?.ok ? versions.declaration.versions : {};
  const loaded = loadYaml(inCommune(stacks, id, "commune.yaml"), lockedTo(communeSchema, locked));
  const places = loadPlaces(stacks, id, loaded.ok ? loaded.declaration : undefined);
  const misplaced = places === undefined ? [] : places.ok ? radioProblems(places) : places.problems;
  const hosted = loadTenants(stacks, id, loaded.ok ? loaded.declaration : undefined);
  if (!loaded.ok || versions?.ok === false) {
    const problems = [loaded, versions].flatMap((each) => (each?.ok === false ? each.problems : []));
    return { ok: false, error: new DeclarationError([...problems, ...misplaced, ...hosted.problems]) };
  }
  const { positions } = loaded;
  const declaration: CommuneDeclaration = { ...loaded.declaration, associations: hosted.tenants };
  if (declaration.id !== id) {
    const advice =
      identifierFrom(id) === id ? `Write ${show(id)}, or rename the folder.` : `Rename the folder.`;
    const message = `${show(declaration.id)} is not the name of its folder (${show(id)}). ${advice}`;
    return { ok: false, error: new DeclarationError([positions.problem(["id"], message)]) };
  }
  const clashes = [
    ...hosted.atCommune,
    ...fieldProblems(declaration),
    ...(places?.ok === false
      ? []
      : parts.flatMap((part) => part.placeProblems?.(declaration, places?.places) ?? [])),
  ].map(({ field, message }) => positions.problem(field, message));
  const federation = naming(declaration).length === 0 ? undefined : metropolis();
  const unfederated = unknownPeers(declaration, federation, positions);
  const portal = declaration.portal && loadPortal(stacks, id, declaration.portal, positions, serviceNames);
  const decided = loadDecisions(stacks, id);
  const problems = [
    ...clashes,
    ...misplaced,
    ...hosted.problems,
    ...unfederated,
    ...decided.problems,
    ...(portal?.ok === false ? portal.problems : []),
  ];
  if (problems.length > 0) return { ok: false, error: new DeclarationError(problems) };
  const known = federation?.ok ? federation.declaration : undefined;
  return {
    ok: true,
    declaration: known ? withGroup(declaration, linkableIn(declaration), known) : declaration,
    federation: known,
    positions,
    tenantPositions: hosted.positions,
    decisions: decided.decisions,
    ...(places?.ok && { places }),
    ...(portal?.ok && { portal: portal.files }),
  };
}

/** Returns a problem at a field of a declaration: in its own file, or in an association's. */
export function problemIn(
  { positions, tenantPositions }: Extract<LoadedCommune, { ok: true }>,
  field: Path,
  message: string,
): Problem {
  const [section, id, ...path] = field;
  const own = section === "associations" ? tenantPositions[String(id)] : undefined;
  return own ? own.problem(path, message) : positions.problem(field, message);
}

/** Finds hotspots that break the law, a white zone or a promise: no device receives them. */
function radioProblems({ places, positions }: Extract<LoadedPlaces, { ok: true }>): Problem[] {
  return checkRadio(places).findings.map(({ path, message }) => positions.problem(path, message));
}

/** Returns the sections that name other communes. Copies that are in buckets alone name nobody. */
function naming({ federation, recovery }: CommuneDeclaration): ("federation" | "recovery")[] {
  const { vaults = [], buckets = {}, host = {} } = recovery ?? {};
  const isWithOthers = vaults.some((name) => !(name in buckets)) || Object.keys(host).length > 0;
  return [...(federation ? (["federation"] as const) : []), ...(isWithOthers ? (["recovery"] as const) : [])];
}

/** Finds problems of what a commune declares about others, in view of the metropolis. */
function unknownPeers(
  declaration: CommuneDeclaration,
  metropolis: Loaded<Federation> | undefined,
  positions: Positions,
): Problem[] {
  const [section] = naming(declaration);
  if (section === undefined) return [];
  if (metropolis === undefined) {
    const message = `names other communes, but stacks/federation.yaml, which declares them, does not exist. Create it (docs/federation.md).`;
    return [positions.problem([section], message, "key")];
  }
  if (!metropolis.ok) return metropolis.problems;
  return [
    ...federationProblems(declaration, linkableIn(declaration), metropolis.declaration),
    ...recoveryProblems(declaration, metropolis.declaration.members),
  ].map(({ field, message }) => positions.problem(field, message));
}

/**
 * Returns the domains of every declared commune and of its associations. Declarations with problems are skipped:
 * `commune check` reports them.
 */
export function declaredDomains(stacks: string): string[] {
  const metropolis = loadFederation(stacks);
  return listCommunes(stacks).flatMap((id) => {
    const loaded = loadCommune(stacks, id, () => metropolis);
    if (!loaded.ok) return [];
    return [loaded.declaration.domain, ...domainsOf(loaded.declaration)];
  });
}
