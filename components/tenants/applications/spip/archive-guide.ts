import type { ArchiveGuide } from "../application.ts";

/** What is left to do where people logged in by the commune's login: SPIP takes such a digest once, and makes its own of it. */
const withoutPasswords = `On se connectait avec le compte de la commune : vos comptes n’ont pas de mot de passe. Donnez-en un à qui administre, qui en donne aux autres (non essayé ici) : \`mariadb asso -e "UPDATE spip_auteurs SET alea_actuel = '', pass = MD5('un-mot-de-passe') WHERE login = 'son-nom'"\`. `;

export const spipGuide: ArchiveGuide = {
  contents: () => [
    "`spip/base.sql` : la base de données de votre site (articles, rubriques, comptes, réglages), lisible par MariaDB.",
    "`spip/fichiers.tar` : ses images et documents (`IMG`), et les clés de ses mots de passe (`config/cles.php`).",
  ],
  goOn: ({ host, isByLogin }) => `## Continuer avec SPIP

Non essayé ici en entier. Chez un hébergeur, ou sur une Debian ordinaire (\`apt install spip mariadb-server php-mysql php-gd\`), chargez \`spip/base.sql\` dans une base de données neuve et copiez les fichiers dans le dossier du site :

\`\`\`
tar --no-same-owner -xf spip/fichiers.tar -C /var/lib/spip/sites/default
chown -R www-data: /var/lib/spip/sites/default/IMG /var/lib/spip/sites/default/config
\`\`\`

Ouvrez ensuite \`/ecrire/\` et laissez l’installation de SPIP se connecter à cette base, sans en créer une autre. ${isByLogin ? withoutPasswords : "Sans `config/cles.php`, vos mots de passe ne seraient plus acceptés. "}Avec la même adresse (${host}), c’est fini ; avec une autre, écrivez-la dans « Configuration », « Identité du site », et reprenez les liens des articles où l’ancienne est écrite en entier.

`,
};
