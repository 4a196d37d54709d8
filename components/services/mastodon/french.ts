import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    email: "courriel",
    formerVolume: "disque d’avant",
    handles: "forme des identifiants",
    mediaRetention: "conservation des médias",
    owner: "titulaire",
    publicFeeds: "fils publics",
    registrations: "inscriptions",
  },
  choices: {
    handles: { subdomain: "avec le sous-domaine", domain: "avec le domaine" },
    registrations: { open: "ouvertes", approval: "sur accord", closed: "fermées" },
  },
};
