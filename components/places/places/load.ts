import { existsSync } from "node:fs";
import { json } from "../../foundation/declaration/json.ts";
import { loadFile } from "../../foundation/declaration/load.ts";
import type { Positions } from "../../foundation/declaration/positions.ts";
import type { Problem } from "../../foundation/declaration/problem.ts";
import { inCommune } from "../../foundation/declaration/stacks.ts";
import { placesFindings, placesRemarks } from "./check.ts";
import type { Whereabouts } from "./location.ts";
import type { Places } from "./places.ts";
import { readPlaces } from "./read.ts";

/** The places of a commune, with the position of each value in its file; or everything that is wrong with them. */
export type LoadedPlaces =
  | { ok: true; places: Places; positions: Positions; remarks: Problem[] }
  | { ok: false; problems: Problem[] };

/**
 * Reads `<stacks>/<id>/places.geojson`; undefined if there is no such file. `commune` says where they can be, if that
 * is known. Contacts nothing and changes nothing.
 */
export function loadPlaces(stacks: string, id: string, commune?: Whereabouts): LoadedPlaces | undefined {
  const file = inCommune(stacks, id, "places.geojson");
  if (!existsSync(file)) return undefined;
  const loaded = loadFile(file, json, readPlaces);
  if (!loaded.ok) return loaded;
  const { declaration: places, positions } = loaded;
  const problems = placesFindings(places, commune).map(({ path, message }) =>
    positions.problem(path, message),
  );
  if (problems.length > 0) return { ok: false, problems };
  const remarks = placesRemarks(places).map(({ path, message }) => positions.problem(path, message));
  return { ok: true, places, positions, remarks };
}
