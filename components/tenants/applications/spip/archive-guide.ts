import type { ArchiveGuide } from "../application.ts";

export const spipGuide: ArchiveGuide = {
  contents: () => [
    "`spip/base.sql` : la base de données de votre site (articles, rubriques, comptes, réglages), lisible par MariaDB.",
    "`spip/fichiers.tar` : ses images et documents (`IMG`), et les clés de ses mots de passe (`config/cles.php`).",
  ],
  goOn: ({ host }) => `## Continuer avec SPIP

Non essayé ici en entier. Chez un hébergeur, ou sur une Debian ordinaire (\`apt install spip mariadb-server php-mysql php-gd\`), chargez \`spip/base.sql\` dans une base de données neuve et copiez les fichiers dans le dossier du site :

\`\`\`
tar --no-same-owner -xf spip/fichiers.tar -C /var/lib/spip/sites/default
chown -R www-data: /var/lib/spip/sites/default/IMG /var/lib/spip/sites/default/config
\`\`\`

Ouvrez ensuite \`/ecrire/\` et laissez l’installation de SPIP se connecter à cette base, sans en créer une autre. Sans \`config/cles.php\`, vos mots de passe ne seraient plus acceptés. Avec la même adresse (${host}), c’est fini ; avec une autre, écrivez-la dans « Configuration », « Identité du site », et reprenez les liens des articles où l’ancienne est écrite en entier.

`,
};
