import type { ArchiveGuide } from "../application.ts";

export const foodsoftGuide: ArchiveGuide = {
  contents: () => [
    "`foodsoft/base.sql` : la base de données de vos commandes (producteurs, produits, commandes, comptes des membres), lisible par MariaDB.",
    "`foodsoft/fichiers.tar` : les documents et les pièces jointes.",
  ],
  goOn: ({ host }) => `## Continuer avec Foodsoft

Non essayé ici. Installez la même version de Foodsoft (https://foodcoops.net, numéro dans \`manifest.json\`) avec une base MariaDB neuve, chargez-y \`foodsoft/base.sql\`, écrivez dans \`config/database.yml\` où elle est, et dépliez \`foodsoft/fichiers.tar\` dans le dossier \`storage\`. Dans \`config/app_config.yml\`, mettez \`default_scope: f\`, \`host: ${host}\` (ou votre nouvelle adresse), et le même contenu sous \`production:\` et sous \`f:\` : sans le second, les fichiers ne s’ouvrent pas. Vos comptes et mots de passe sont les mêmes. Ailleurs, Foodsoft peut envoyer des courriels : ici, il n’en envoyait aucun.

`,
};
