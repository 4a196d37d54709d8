import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    recipients: "destinataires",
    use: "surveillance par",
  },
  choices: {
    use: { own: "la commune", cluster: "le cluster" },
  },
};
