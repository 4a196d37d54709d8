import type { ArchiveGuide } from "../application.ts";

/** What is left to do where people logged in by the commune's login. */
const withoutAccounts = `On s’y connectait avec le compte de la commune : faites un compte à chacun, sous le même nom, à commencer par qui administre (non essayé ici) :

\`\`\`
php -r 'echo "son-nom:", password_hash("un-mot-de-passe", PASSWORD_BCRYPT), ":Prénom Nom:courriel@exemple.fr:admin,user\\n";' >> /var/lib/dokuwiki/acl/users.auth.php
\`\`\`

`;

export const dokuwikiGuide: ArchiveGuide = {
  contents: () => [
    "`dokuwiki/fichiers.tar` : votre wiki. Chaque page est un fichier de texte dans `data/pages/` ; ses anciennes versions sont dans `data/attic/`, ses images dans `data/media/`, ses comptes et ses droits dans `conf/`.",
  ],
  goOn: ({ isByLogin }) => `## Continuer avec le wiki

\`\`\`
apt install dokuwiki
tar --no-same-owner -xf dokuwiki/fichiers.tar
cp -r data/. /var/lib/dokuwiki/data/
cp conf/users.auth.php conf/acl.auth.php /var/lib/dokuwiki/acl/
chown -R www-data: /var/lib/dokuwiki
\`\`\`

${isByLogin ? withoutAccounts : ""}Sur YunoHost (non essayé ici), installez l’application DokuWiki et copiez \`data/\` et \`conf/\` dans \`/var/www/dokuwiki/\`.

`,
};
