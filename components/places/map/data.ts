import type * as z from "zod";
import type { Dataset } from "../../foundation/page/dataset.ts";
import { coordinates, placeColumns } from "../places/columns.ts";
import type { Places } from "../places/places.ts";
import type { spacesSection } from "../spaces/declaration.ts";
import { accessWords } from "./words.ts";

/** The public digital spaces. */
export function spacesData(spaces: z.output<typeof spacesSection>, places: Places | undefined): Dataset {
  return {
    id: "espaces-numeriques",
    title: "Espaces publics numériques",
    description: "Où trouver un ordinateur et quelqu’un qui aide.",
    keywords: ["inclusion numérique", "médiation", "accessibilité"],
    columns: {
      id: "nom court, qui ne change pas",
      nom: "nom de l’espace",
      aide: "quand quelqu’un aide (opening_hours d’OpenStreetMap)",
      autonomie: "quand c’est ouvert sans aide",
      postes: "nombre de postes",
      accessibilite: "ce que trouvent ceux qui en ont besoin",
      ...placeColumns,
    },
    rows: Object.entries(spaces).map(
      ([id, { name, place, opening, autonomous, accessibility, workstations }]) => ({
        id,
        nom: name,
        aide: opening?.text,
        autonomie: autonomous?.text,
        postes: workstations.count,
        accessibilite: accessibility.map((each) => accessWords[each]).join(", "),
        ...coordinates(places?.spaces.find((space) => space.id === place)?.position),
      }),
    ),
    isAboutPlaces: true,
  };
}
