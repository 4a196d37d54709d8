import type { DescribedService } from "../federation/descriptor.ts";
import type { Dataset } from "../foundation/page/dataset.ts";
import { frenchKind } from "../services/list.ts";

/** Returns the dataset of the services that people use. */
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
