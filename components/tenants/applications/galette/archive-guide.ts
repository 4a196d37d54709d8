import type { ArchiveGuide } from "../application.ts";

export const galetteGuide: ArchiveGuide = {
  contents: () => [
    "`galette/base.sql` : la base de données de vos adhésions (membres, cotisations, comptes, réglages), lisible par MariaDB.",
    "`galette/fichiers.tar` : photographies et documents.",
  ],
  goOn: () => `## Continuer avec Galette

Non essayé ici. Installez la même version de Galette (https://galette.eu, numéro dans \`manifest.json\`) avec une base MariaDB neuve et les tables \`galette_\`, chargez-y \`galette/base.sql\`, écrivez dans \`config/config.inc.php\` où elle est, et dépliez \`galette/fichiers.tar\` dans le dossier \`data\` de Galette. Vos comptes et mots de passe sont les mêmes. Galette exporte aussi membres et cotisations en CSV, dans son menu d’administration.

`,
};
