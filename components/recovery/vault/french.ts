import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    buckets: "espaces de stockage",
    filesEvery: "intervalle entre les copies",
    holders: "détenteurs",
    kit: "graine sur papier",
    needed: "parts nécessaires",
    rehearsals: "essais de restauration",
    rpo: "perte admise",
    space: "espace",
    tried: "dernier essai",
    vaults: "coffres",
  },
  choices: {
    rehearsals: { weekly: "chaque semaine", none: "aucun" },
  },
};
