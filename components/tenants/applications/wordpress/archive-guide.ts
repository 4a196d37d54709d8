import type { ArchiveGuide } from "../application.ts";

/** A text as SQL has it. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** What is left to do where people logged in by the commune's login. */
const withoutPasswords = `vos comptes sont les mêmes, sans mot de passe, puisqu’on se connectait avec le compte de la commune. Donnez-en un à qui administre (non essayé ici), qui en donne aux autres (« Comptes ») : \`mariadb asso -e "UPDATE wp_users SET user_pass = MD5('un-autre-mot-de-passe') WHERE user_login = 'son-nom'"\`.`;

/** As it was tried: test/cluster/association-life.test.ts does what stands here, in a plain Debian. */
export const wordpressGuide: ArchiveGuide = {
  contents: ({ isSuspended }) => [
    "`wordpress/base.sql` : la base de données de votre site (articles, pages, comptes, réglages), lisible par MariaDB.",
    "`wordpress/fichiers.tar` : vos photos et fichiers, par année et par mois.",
    ...(isSuspended
      ? []
      : [
          "`wordpress/export.xml` : les mêmes articles et pages au format d’échange de WordPress (menu « Outils », « Importer »).",
        ]),
  ],
  goOn: ({ host, title, tenant: id, isByLogin }) => `## Continuer avec WordPress, sur une Debian ordinaire

\`\`\`
apt install apache2 libapache2-mod-php wordpress wordpress-l10n wordpress-theme-twentytwentyfive mariadb-server php-mysql php-gd php-xml
\`\`\`

Puis, dans le dossier de cette archive, comme administrateur :

\`\`\`
mariadb -e "CREATE DATABASE asso; CREATE USER asso@localhost IDENTIFIED BY 'un-mot-de-passe'; GRANT ALL ON asso.* TO asso@localhost"
mariadb asso < wordpress/base.sql
mariadb asso <<'FIN'
UPDATE wp_options SET option_value = ${quoted(title)} WHERE option_name = 'blogname';
FIN
mkdir -p /var/lib/wordpress/wp-content/uploads
tar --no-same-owner -xf wordpress/fichiers.tar -C /var/lib/wordpress/wp-content/uploads
chown -R www-data: /var/lib/wordpress/wp-content/uploads
cat > /etc/wordpress/config-default.php <<'FIN'
<?php
define('DB_NAME', 'asso');
define('DB_USER', 'asso');
define('DB_PASSWORD', 'un-mot-de-passe');
define('DB_HOST', 'localhost');
FIN
chown root:www-data /etc/wordpress/config-default.php
chmod 640 /etc/wordpress/config-default.php
cat > /etc/apache2/sites-available/asso.conf <<'FIN'
<VirtualHost *:80>
  ServerName ${host}
  DocumentRoot /usr/share/wordpress
  Alias /wp-content /var/lib/wordpress/wp-content
  <Directory /usr/share/wordpress>
    Options FollowSymLinks
    FallbackResource /index.php
    Require all granted
  </Directory>
  <Directory /var/lib/wordpress/wp-content>
    Options FollowSymLinks
    Require all granted
  </Directory>
</VirtualHost>
FIN
a2dissite 000-default
a2ensite asso
systemctl restart apache2
\`\`\`

Ajoutez un certificat (\`apt install python3-certbot-apache\`, puis \`certbot\`). Avec la même adresse (${host}), c’est fini : ${isByLogin ? withoutPasswords : "vos comptes et mots de passe sont les mêmes."} Avec une autre, écrivez-la d’abord :

\`\`\`
mariadb asso -e "UPDATE wp_options SET option_value = 'https://nouvelle-adresse' WHERE option_name IN ('siteurl', 'home')"
\`\`\`

et reprenez les images des articles, dont l’adresse est écrite en entier (\`https://${host}/…\`) : l’extension « Better Search Replace » le fait, ou \`wp search-replace\`.

## Continuer avec WordPress, sur YunoHost

Non essayé ici. Installez l’application WordPress, puis, comme administrateur : \`mysql -u "$(yunohost app setting wordpress db_user)" -p"$(yunohost app setting wordpress db_pwd)" "$(yunohost app setting wordpress db_name)" < wordpress/base.sql\`, les fichiers de \`wordpress/fichiers.tar\` dans \`/var/www/wordpress/wp-content/uploads\`, et l’adresse comme ci-dessus. Ou, sans toucher à la base : « Outils », « Importer », « WordPress », avec \`wordpress/export.xml\` (les comptes ne viennent pas avec). L’espace s’appelait « ${id} ».

`,
};
