import type * as z from "zod";
import { type Statement, type Stating, statementOf } from "../../foundation/page/statement.ts";
import type { Places } from "../places/places.ts";
import type { spacesSection } from "../spaces/declaration.ts";
import { accessWords, showHours } from "./words.ts";

/** Description of a public digital space in `spaces:`, as far as the map shows it, in French. */
export interface MappedSpace {
  name: string;
  place: string | undefined;
  opening: string;
  /** Number of workstations, and facilities for people who need them. */
  offer: string;
}

/** Fields of a commune's declaration that are read here. */
export interface MappedCommune extends Stating {
  name: string;
  contact: string;
  /** Whether anything serves its points. */
  hotspots?: object | undefined;
  spaces?: z.output<typeof spacesSection> | undefined;
}

/** Content of a map. */
export interface MapPlan {
  name: string;
  contact: string;
  /** The commune's statement of accessibility; undefined if it has none. */
  statement?: Statement | undefined;
  places: Places;
  spaces: readonly MappedSpace[];
}

/** Plans the map of a commune; undefined if nothing has a place. Hotspots that nobody serves are not on it. Pure. */
export function planMap(
  { spaces = {}, ...commune }: MappedCommune,
  places: Places | undefined,
): MapPlan | undefined {
  if (places === undefined) return undefined;
  return {
    ...{ name: commune.name, contact: commune.contact, statement: statementOf(commune) },
    places: commune.hotspots === undefined ? { ...places, hotspots: [] } : places,
    spaces: Object.values(spaces).map((space) => ({
      name: space.name,
      place: space.place,
      opening: [
        ...(space.opening ? [showHours(space.opening)] : []),
        ...(space.autonomous ? [`en autonomie ${showHours(space.autonomous)}`] : []),
      ].join(" ; "),
      offer: [
        space.workstations.count === 1 ? "1 poste" : `${space.workstations.count} postes`,
        ...space.accessibility.map((facility) => accessWords[facility]),
      ].join(", "),
    })),
  };
}
