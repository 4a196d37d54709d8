import type { ArchiveGuide } from "../application.ts";

export const mobilizonGuide: ArchiveGuide = {
  contents: () => [
    "`mobilizon/base.sql` : la base de données de votre agenda (événements, groupes, comptes, participations), lisible par PostgreSQL.",
    "`mobilizon/fichiers.tar` : les images.",
  ],
  goOn: ({ host }) => `## Continuer avec Mobilizon

Non essayé ici. Installez la même version de Mobilizon (https://joinmobilizon.org, numéro dans \`manifest.json\`) avec un PostgreSQL neuf qui a PostGIS. Dans une base vide, faites d’abord \`CREATE EXTENSION\` pour \`postgis\`, \`pg_trgm\` et \`unaccent\`, puis chargez-y \`mobilizon/base.sql\` avec le compte qui possède la base. Dépliez \`mobilizon/fichiers.tar\` dans \`/var/lib/mobilizon/uploads\`. Vos comptes et mots de passe sont les mêmes ; gardez l’adresse \`https://${host}/\`, qui est dans celles de vos événements. Mobilizon donne aussi l’agenda au format iCalendar : \`https://${host}/feed/instance/ics\`.

`,
};
