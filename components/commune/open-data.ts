import type * as z from "zod";
import type { DescribedService } from "../federation/descriptor.ts";
import { accessWords } from "../places/map/words.ts";
import type { Places } from "../places/places/places.ts";
import type { spacesSection } from "../places/spaces/declaration.ts";
import type { Dataset } from "../portal/data.ts";
import { frenchKind } from "../services/list.ts";

const placeColumns = {
  latitude: "degrés, WGS 84",
  longitude: "degrés, WGS 84",
} as const;

/** The services that people use. */
export function servicesData(services: readonly Omit<DescribedService, "statistics">[]): Dataset {
  return {
    id: "services",
    title: "Services numériques",
    description: "Ce que la commune offre en ligne, et par quels protocoles ouverts.",
    keywords: ["services publics", "logiciel libre", "fédération"],
    columns: {
      service: "ce que c’est",
      adresse: "où on l’ouvre",
      logiciel: "nom du logiciel",
      version: "version qui tourne",
      licence: "identifiant SPDX",
      source: "adresse du code source",
      compte: "le compte que l’on suit, s’il y en a un",
      fils: "fils RSS ou Atom, lisibles sans compte, séparés par des espaces",
      protocoles: "adresses par protocole, séparées par des espaces",
    },
    rows: services.map(
      ({ kind, url, software, version, licence, source, account, feeds = [], endpoints = {} }) => ({
        service: frenchKind(kind),
        adresse: url,
        logiciel: software,
        ...{ version, licence, source, compte: account },
        fils: feeds.join(" "),
        protocoles: Object.entries(endpoints)
          .map(([protocol, address]) => `${protocol}=${address}`)
          .join(" "),
      }),
    ),
    isAboutPlaces: false,
  };
}

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

function coordinates(position: readonly number[] | undefined) {
  const [longitude, latitude] = position ?? [];
  return { latitude, longitude };
}
