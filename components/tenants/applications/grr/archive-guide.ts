import type { ArchiveGuide } from "../application.ts";

export const grrGuide: ArchiveGuide = {
  contents: () => [
    "`grr/base.sql` : la base de données de vos réservations (salles, objets, réservations, comptes, réglages), lisible par MariaDB.",
    "`grr/fichiers.tar` : images, documents et apparence.",
  ],
  goOn: () => `## Continuer avec GRR

Non essayé ici. Installez la même version de GRR (https://grr.devome.com, numéro dans \`manifest.json\`) avec une base MariaDB neuve et les tables \`grr_\`, chargez-y \`grr/base.sql\`, écrivez dans \`personnalisation/connect.inc.php\` où elle est, et dépliez \`grr/fichiers.tar\` dans le dossier \`personnalisation\`. Vos comptes et mots de passe sont les mêmes.

`,
};
