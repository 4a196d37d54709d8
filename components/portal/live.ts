import type { Descriptor } from "../federation/descriptor.ts";
import { figureWord } from "../federation/descriptor-page.ts";
import type { DataRow, Dataset } from "../foundation/page/dataset.ts";
import { hostedOn, type ListedAssociation } from "./associations.ts";
import { formatsOf, pathOf } from "./data.ts";
import { written } from "./data-files.ts";

/** Values that the server knows while it answers. */
export interface Known {
  /** Figures of the services, as the commune has signed them; undefined before that. */
  descriptor: Pick<Descriptor, "services" | "issued"> | undefined;
  associations: readonly ListedAssociation[];
  /** `2026-11-28` */
  today: string;
  /** Returns the French name of a kind of service. */
  french: (kind: string) => string;
}

/** Data set of what services count themselves, as of the moment of the request. */
export const statisticsSet: Dataset = {
  id: "statistiques",
  title: "Chiffres des services",
  description: "Combien de comptes, de publications et de vidéos les services comptent eux-mêmes.",
  keywords: ["statistiques", "usage", "services publics"],
  columns: {
    service: "ce que c’est",
    adresse: "où on l’ouvre",
    mesure: "ce qui est compté",
    valeur: "nombre entier",
    publie: "moment où la commune l’a signé (ISO 8601) ; compté toutes les dix minutes",
  },
  rows: undefined,
  isAboutPlaces: false,
};

/** The associations that the commune hosts: one leaves it on the day after its last. */
export const associationsSet: Dataset = {
  id: "associations",
  title: "Associations hébergées",
  description: "Les pages publiques des associations que la commune héberge, sauf celles qui ont dit non.",
  keywords: ["associations", "vie associative", "sites"],
  columns: {
    association: "son nom",
    nature: "ce que c’est : un site, un wiki",
    adresse: "où on l’ouvre",
    jusqu_au: "dernier jour de l’hébergement convenu",
  },
  rows: undefined,
  isAboutPlaces: false,
};

/** The rows of each, as far as they are known. */
const rows: Readonly<Record<string, (known: Known) => DataRow[] | undefined>> = {
  [statisticsSet.id]: ({ descriptor, french }) =>
    descriptor?.services.flatMap(({ kind, url, statistics = {} }) =>
      Object.entries(statistics).map(([name, value]) => ({
        ...{ service: french(kind), adresse: url, mesure: figureWord(name), valeur: value },
        publie: descriptor.issued,
      })),
    ),
  [associationsSet.id]: ({ associations, today }) =>
    hostedOn(associations, today).flatMap(({ name, expires, places }) =>
      places.map(({ what, host }) => ({
        ...{ association: name, nature: what, adresse: `https://${host}`, jusqu_au: expires },
      })),
    ),
};

const files = new Map(
  [statisticsSet, associationsSet].flatMap((set) =>
    formatsOf(set).map((format) => [pathOf(set, format), { set, format }] as const),
  ),
);

/** Paths of what is written anew for each question, of the sets that a commune has. */
export function livePaths(sets: readonly Dataset[]): string[] {
  return sets.flatMap((set) =>
    set.rows === undefined ? formatsOf(set).map((each) => pathOf(set, each)) : [],
  );
}

/** Returns a file that is written for each request; "later" if its rows are not known yet, undefined if there is no such file. */
export function liveFile(path: string, known: Known): { type: string; text: string } | "later" | undefined {
  const file = files.get(path);
  if (file === undefined) return undefined;
  const { set, format } = file;
  const found = rows[set.id]?.(known);
  return found === undefined ? "later" : { type: format.type, text: written(set, found, format) };
}
