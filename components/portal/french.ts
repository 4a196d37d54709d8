import type { FrenchWords } from "../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    arms: "blason",
    audit: "audit d’accessibilité",
    by: "auteur",
    colour: "couleur",
    date: "date",
    derogations: "dérogations",
    director: "directeur de la publication",
    established: "date de la déclaration",
    exempt: "contenus exemptés",
    faults: "non-conformités",
    hours: "horaires",
    pages: "pages vérifiées",
    phone: "téléphone",
    "accessibility.plan": "plan d’action",
    rate: "taux de conformité",
    report: "rapport",
    scheme: "schéma pluriannuel",
    tools: "outils",
    updated: "date de mise à jour",
  },
};
