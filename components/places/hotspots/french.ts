import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    connectionRecords: "traces de connexion",
    firstQuarter: "premier quartier",
    help: "aide sur place",
    information: "information",
    languages: "langues",
    network: "nom du réseau",
    pollingInterval: "intervalle des demandes",
    portal: "page d’accueil",
    quietHours: "heures de repos",
    resolvers: "serveurs de noms",
    rollout: "mise en service progressive",
    sharePerDay: "part par jour",
    stopAtErrors: "erreurs admises",
    vlan: "réseau séparé",
  },
  choices: {
    connectionRecords: { "one year": "un an", none: "aucune" },
    portal: { page: "une page", none: "aucune" },
  },
};
