import type * as z from "zod";
import { type Statement, type Stating, statementOf } from "../../foundation/page/statement.ts";
import type { Places } from "../places/places.ts";
import type { spacesSection } from "../spaces/declaration.ts";
import { accessWords, showHours } from "./words.ts";

/** What a public digital space says of itself in `spaces:`, as far as the map shows it, in French. */
export interface MappedSpace {
  name: string;
  place: string | undefined;
  opening: string;
  /** How many workstations, and what people who need it find there. */
  offer: string;
}

/** What is read of a commune's declaration. */
export interface MappedCommune extends Stating {
  name: string;
  contact: string;
  /** Whether anything serves its points. */
  hotspots?: object | undefined;
  spaces?: z.output<typeof spacesSection> | undefined;
}

/** What a map is drawn of. */
export interface MapPlan {
  name: string;
  contact: string;
  /** The commune's statement of accessibility; nothing where it has none. */
  statement?: Statement | undefined;
  places: Places;
  spaces: readonly MappedSpace[];
}

/** The map of a commune; nothing where nothing has a place. Points that nobody serves are not on it. Pure. */
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
