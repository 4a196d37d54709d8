import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    drop: "bases à effacer",
    external: "serveur extérieur",
    "external.host": "serveur",
    replication: "réplication",
  },
};
