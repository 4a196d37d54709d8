import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    appMirror: "copie des applications",
    apps: "applications",
    callers: "adresses de retour",
    objects: "espace de stockage des documents",
    office: "bureautique en ligne",
    server: "serveur",
  },
};
