import { join } from "node:path";
import { checkout } from "../../local/paths.ts";
import type { EnginePlace } from "../engine.ts";
import { reachOf } from "../reach.ts";

/**
 * Place in which the stack of a commune is run: this checkout, with the cluster and the state that the environment
 * names.
 *
 * @param context that somebody asks for, if the stack's settings name none yet.
 */
export function placeOf(id: string, context?: string): EnginePlace {
  return { folder: checkout, environment: reachOf(id, context).environment };
}

/** Default folder of the report of a commune. */
export function reportFolder(id: string): string {
  return join(checkout, ".local", "audit", id);
}
