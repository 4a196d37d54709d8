import type { Part } from "../../foundation/part/part.ts";
import type { Places } from "../places/places.ts";
import { type MapPlan, type MappedCommune, planMap } from "./plan.ts";

/** What it is planned from. */
interface Around {
  declaration: MappedCommune;
  places: Places | undefined;
}

/** The map of what has a place, and the public digital spaces that are on it. */
export const mapPart: Part<{ map?: MapPlan | undefined }, Around> = {
  kind: "map",
  sections: { spaces: { en: "public spaces", fr: "espaces publics" } },
  plan: ({ declaration, places }) => ({ running: { map: planMap(declaration, places) } }),
};
