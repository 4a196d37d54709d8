import type { ArchiveGuide } from "../application.ts";

export const dolibarrGuide: ArchiveGuide = {
  contents: () => [
    "`dolibarr/base.sql` : la base de données de votre gestion (adhérents, comptes, factures, réglages), lisible par MariaDB.",
    "`dolibarr/fichiers.tar` : ses documents.",
  ],
  goOn: ({ host }) => `## Continuer avec Dolibarr

Non essayé ici. Installez la même version de Dolibarr (https://www.dolibarr.org, numéro dans \`manifest.json\`) avec une base MariaDB neuve, chargez-y \`dolibarr/base.sql\`, dépliez \`dolibarr/fichiers.tar\` dans son dossier \`documents\`, et remplacez \`https://${host}\` par la nouvelle adresse dans \`conf/conf.php\`. Vos comptes et mots de passe sont les mêmes. Demandez à la commune la valeur de \`$dolibarr_main_instance_unique_id\` : sans elle, les mots de passe de services extérieurs que vous y auriez enregistrés sont illisibles.

`,
};
