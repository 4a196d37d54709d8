import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    autonomous: "accès autonome",
    count: "nombre",
    homepage: "page d’accueil",
    idle: "durée d’inactivité",
    opening: "ouverture",
    place: "lieu",
    session: "durée de session",
    workstations: "postes",
  },
};
