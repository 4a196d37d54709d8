import type { Dataset } from "../../foundation/page/dataset.ts";
import { coordinates, placeColumns } from "../places/columns.ts";
import type { Places } from "../places/places.ts";

/** The points of the public Wi-Fi. */
export function hotspotsData({ hotspots }: Places): Dataset {
  return {
    id: "bornes-wifi",
    title: "Bornes du Wi-Fi public",
    description: "Où sont les bornes, et quand leurs radios sont allumées.",
    keywords: ["Wi-Fi", "accès à internet", "ondes"],
    columns: {
      id: "nom court, qui ne change pas",
      nom: "nom de la borne",
      quartier: "nom court du quartier",
      adresse: "adresse postale, si elle est connue",
      emplacement: "intérieur ou extérieur",
      horaires: "quand les radios sont allumées (opening_hours d’OpenStreetMap)",
      silence: "heures de silence pendant ces horaires",
      ...placeColumns,
    },
    rows: hotspots.map(({ id, name, quarter, address, setting, open, quiet, position }) => ({
      id,
      nom: name,
      quartier: quarter,
      adresse: address,
      emplacement: setting === "indoor" ? "intérieur" : "extérieur",
      horaires: open.text,
      silence: quiet?.text,
      ...coordinates(position),
    })),
    isAboutPlaces: true,
  };
}
