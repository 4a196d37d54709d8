import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    access: "accès",
    applications: "outils",
    contact: "contact",
    cpu: "processeur",
    domain: "domaine",
    expires: "échéance",
    listed: "dans la liste publique",
    mariadb: "base des associations",
    maximum: "nombre au plus",
    perDay: "demandes par jour",
    plans: "formules",
    postgresql: "serveur PostgreSQL",
    purpose: "objet",
    requests: "formulaire de demande",
    rna: "numéro RNA",
    reason: "motif",
    rows: "base de données",
    siren: "numéro SIREN",
    suspended: "suspension",
    title: "titre",
    writers: "qui écrit",
  },
  choices: {
    access: { public: "tout le monde", members: "les membres", admins: "le bureau" },
    writers: { readers: "qui reçoit", moderated: "tout le monde, après accord", owners: "le bureau" },
  },
};
