import type * as z from "zod";
import type { Part } from "../../foundation/part/part.ts";
import type { Places } from "../places/places.ts";
import { spacesProblems, unknownPlaces } from "./check.ts";
import { spacesSection } from "./declaration.ts";
import { french } from "./french.ts";

const fields = () => ({
  spaces: spacesSection
    .optional()
    .describe("Public digital spaces: where anybody finds a computer, and somebody who helps."),
});

/** Fields of a commune's declaration that are read here. */
export interface Around {
  declaration: {
    spaces?: z.output<typeof spacesSection> | undefined;
    schools?: { establishments: Readonly<Record<string, unknown>> } | undefined;
  };
  places: Places | undefined;
}

/** The public digital spaces: workstations that nothing of the cluster serves. */
export const spacesPart: Part<Record<never, never>, Around, unknown, ReturnType<typeof fields>> = {
  kind: "spaces",
  whenNodeIsLost: "Has no pod: its workstations are elsewhere.",
  fields,
  french,
  ofRepository: { spaces: "their places are in places.geojson" },
  sections: { spaces: { en: "public spaces", fr: "espaces publics" } },
  touches: { spaces: ["spaces"] },
  problems: ({ spaces, schools }) => spacesProblems(spaces, Object.keys(schools?.establishments ?? {})),
  placeProblems: ({ spaces }, places) => unknownPlaces(spaces, places),
};
