import type { Part } from "../../foundation/part/part.ts";
import type { Places } from "../places/places.ts";
import { spacesData } from "./data.ts";
import { spacesHelp } from "./help.ts";
import { type MapPlan, type MappedCommune, planMap } from "./plan.ts";

/** Input of its plan. */
export interface Around {
  declaration: MappedCommune;
  places: Places | undefined;
}

/** The map of what has a place, and what people read of the public digital spaces that are on it. */
export const mapPart: Part<{ map?: MapPlan | undefined }, Around> = {
  kind: "map",
  whenNodeIsLost: "Has no pod of its own: the publisher serves it.",
  datasets: ({ spaces = {} }, places) => (Object.keys(spaces).length > 0 ? [spacesData(spaces, places)] : []),
  help: (_, { spaces = {} }, map) => (Object.keys(spaces).length > 0 ? [spacesHelp(spaces, map)] : []),
  plan: ({ declaration, places }) => ({ running: { map: planMap(declaration, places) } }),
};
