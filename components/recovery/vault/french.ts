import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    buckets: "espaces de stockage",
    filesEvery: "intervalle entre les copies",
    holders: "détenteurs",
    kit: "graine sur papier",
    needed: "parts nécessaires",
    rpo: "perte admise",
    space: "espace",
    tried: "dernier essai",
    vaults: "coffres",
  },
};
