import type { Dataset } from "../foundation/page/dataset.ts";
import { portalPaths } from "./published.ts";
import { publisherText, type UsedSoftware } from "./software.ts";

/** The form that data is in. */
export interface DataFormat {
  ending: "csv" | "json" | "geojson";
  type: string;
  /** Its name in the list of the Publications Office of the European Union, file-type. */
  name: "CSV" | "JSON" | "GEOJSON";
}

const formats: readonly DataFormat[] = [
  { ending: "csv", type: "text/csv; charset=utf-8", name: "CSV" },
  { ending: "json", type: "application/json; charset=utf-8", name: "JSON" },
  { ending: "geojson", type: "application/geo+json; charset=utf-8", name: "GEOJSON" },
];

/** Columns of places. */
export const [latitude, longitude] = ["latitude", "longitude"] as const;

interface Given {
  software: readonly UsedSoftware[];
  datasets: readonly Dataset[];
}

/** Everything that is given, the software among it. */
export function datasetsOf({ software, datasets }: Given): Dataset[] {
  return [
    ...datasets,
    {
      id: "logiciels",
      title: "Logiciels utilisés",
      description: "Ce qui tourne, en quelle version, sous quelle licence, et où en est la source.",
      keywords: ["logiciel libre", "licence", "code source"],
      columns: {
        logiciel: "nom du logiciel",
        version: "version qui tourne",
        usage: "à quoi il sert ; vide pour ce dont d’autres ont besoin",
        licence: "identifiant SPDX",
        source: "adresse du code source",
        editeur: "qui le publie, et dans quel pays ; vide si nous ne le savons pas",
        sill: "numéro au socle interministériel de logiciels libres",
        comptoir: "numéro au Comptoir du Libre",
        releve: "jour où ces numéros ont été relevés",
        releve_sur: "page où ils ont été relevés",
      },
      rows: software.map(({ name, version, purpose, licence, source, publisher, registers }) => ({
        ...{ logiciel: name, version, usage: purpose, licence, source },
        editeur: publisherText({ publisher }) || undefined,
        ...{ sill: registers?.sill, comptoir: registers?.comptoir },
        ...{ releve: registers?.read, releve_sur: registers?.from },
      })),
      isAboutPlaces: false,
    },
  ];
}

/** The forms of a data set. */
export function formatsOf({ isAboutPlaces }: Pick<Dataset, "isAboutPlaces">): DataFormat[] {
  return formats.filter(({ ending }) => isAboutPlaces || ending !== "geojson");
}

/** Returns the path of a data set in one format. */
export function pathOf({ id }: Pick<Dataset, "id">, { ending }: Pick<DataFormat, "ending">): string {
  return `${portalPaths.data}/${id}.${ending}`;
}

/** Path of the catalogue, which others' catalogues take over. */
export const cataloguePath = `${portalPaths.data}/catalogue.jsonld`;
