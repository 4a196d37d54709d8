import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    approvals: "accords dans un navigateur",
    clientId: "identifiant de client",
    issuer: "fournisseur d’identité",
    required: "obligatoire pour",
    secondFactor: "second facteur",
  },
};
