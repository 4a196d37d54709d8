import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    bandwidth: "débit",
    devices: "postes",
    establishments: "établissements",
    levels: "niveaux",
    libraries: "bibliothèques",
    library: "bibliothèque",
    mediaQuota: "espace des médias",
    openboard: "version d’OpenBoard",
    rooms: "salles",
    sha256: "empreinte",
    source: "source",
    teachers: "enseignants",
  },
};
