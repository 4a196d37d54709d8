import type { ArchiveGuide } from "../application.ts";

export const dokuwikiGuide: ArchiveGuide = {
  contents: () => [
    "`dokuwiki/fichiers.tar` : votre wiki. Chaque page est un fichier de texte dans `data/pages/` ; ses anciennes versions sont dans `data/attic/`, ses images dans `data/media/`, ses comptes et ses droits dans `conf/`.",
  ],
  goOn: () => `## Continuer avec le wiki

\`\`\`
apt install dokuwiki
tar --no-same-owner -xf dokuwiki/fichiers.tar
cp -r data/. /var/lib/dokuwiki/data/
cp conf/users.auth.php conf/acl.auth.php /var/lib/dokuwiki/acl/
chown -R www-data: /var/lib/dokuwiki
\`\`\`

Sur YunoHost (non essayé ici), installez l’application DokuWiki et copiez \`data/\` et \`conf/\` dans \`/var/www/dokuwiki/\`.

`,
};
