import type { ArchiveGuide } from "../application.ts";

/** What is left to do where people logged in by the commune's login. */
const withoutPasswords = `On se connectait avec le compte de la commune : vos comptes n’ont pas de mot de passe. Donnez-en un à qui administre, qui en donne aux autres (non essayé ici) : \`php /usr/share/mediawiki/maintenance/run.php createAndPromote --force --sysop --bureaucrat Son-nom un-mot-de-passe\`.`;

export const mediawikiGuide: ArchiveGuide = {
  contents: ({ isSuspended }) => [
    "`mediawiki/base.sql` : la base de données de votre wiki (pages, anciennes versions, comptes), lisible par MariaDB.",
    "`mediawiki/fichiers.tar` : ses images et fichiers.",
    ...(isSuspended
      ? []
      : [
          "`mediawiki/export.xml` : toutes ses pages et leurs anciennes versions au format d’échange de MediaWiki (page « Spécial:Importer »).",
        ]),
  ],
  goOn: ({ host, isByLogin }) => `## Continuer avec MediaWiki

Non essayé ici en entier. Sur une Debian ordinaire (\`apt install mediawiki mariadb-server php-mysql php-gd\`), chargez \`mediawiki/base.sql\` dans une base de données neuve, et copiez les images :

\`\`\`
tar --no-same-owner -xf mediawiki/fichiers.tar -C /var/lib/mediawiki
chown -R www-data: /var/lib/mediawiki/images
\`\`\`

Dans \`/etc/mediawiki/LocalSettings.php\`, écrivez au moins \`$wgServer = 'https://${host}';\`, \`$wgLanguageCode = 'fr';\`, \`$wgMetaNamespace = 'Projet';\`, le nom et le mot de passe de la base (\`$wgDBname\`, \`$wgDBuser\`, \`$wgDBpassword\`) et une longue suite de lettres au hasard dans \`$wgSecretKey\` ; puis \`php /usr/share/mediawiki/maintenance/run.php update --quick\`. ${isByLogin ? withoutPasswords : "Vos comptes et mots de passe sont les mêmes."} Un autre wiki prend aussi les seules pages, par \`export.xml\`.

`,
};
