import { repositoryFile } from "../../components/foundation/repository.ts";
import type { EnginePlace } from "../engine.ts";
import { reachOf } from "../reach.ts";

/**
 * Place in which the stack of a commune is run: this repository, with the cluster and the state that the environment
 * names.
 *
 * @param context that somebody asks for, if the stack's settings name none yet.
 */
export function placeOf(id: string, context?: string): EnginePlace {
  return { folder: repositoryFile("."), environment: reachOf(id, context).environment };
}

/** Default folder of the report of a commune. */
export function reportFolder(id: string): string {
  return repositoryFile(`.local/audit/${id}`);
}
