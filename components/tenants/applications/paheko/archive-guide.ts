import type { ArchiveGuide } from "../application.ts";

export const pahekoGuide: ArchiveGuide = {
  contents: () => [
    "`paheko/fichiers.tar` : tout Paheko dans un seul fichier, `association.sqlite` (membres, cotisations, comptabilité, documents), que tout Paheko ouvre.",
  ],
  goOn: () => `## Continuer avec Paheko

Non essayé ici. Dans un Paheko neuf (https://paheko.cloud ou chez vous, en version au moins égale : numéro dans \`manifest.json\`), menu Configuration, Sauvegardes, restaurez \`association.sqlite\` ; ou posez ce fichier dans le dossier \`data\` d’une installation. Vos comptes et mots de passe sont les mêmes.

`,
};
