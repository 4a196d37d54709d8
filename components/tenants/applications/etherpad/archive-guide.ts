import type { ArchiveGuide } from "../application.ts";

export const etherpadGuide: ArchiveGuide = {
  contents: () => [
    "`etherpad/base.sql` : vos textes avec toutes leurs versions et leurs discussions (une table, `store`), lisible par MariaDB.",
  ],
  goOn: ({ host }) => `## Continuer avec Etherpad

Non essayé ici. Installez Etherpad (https://etherpad.org) avec une base MariaDB neuve, chargez-y \`etherpad/base.sql\`, et dites dans \`settings.json\` où elle est (\`dbType\` : \`mysql\`, \`dbSettings\` : \`host\`, \`user\`, \`password\`, \`database\`, \`charset\` : \`utf8mb4\`). Chaque texte a la même adresse qu’avant, derrière \`https://${host}/p/\`.

`,
};
