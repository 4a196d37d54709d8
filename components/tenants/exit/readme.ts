import { day } from "../../foundation/page/day.ts";
import { type Archive, keyFile, manifestFile, signatureFile, sumsFile, tenantFile } from "./archive.ts";

/** What stands in the archive for whoever opens it, years later and without this toolkit. */
export function readmeText(archive: Omit<Archive, "files" | "key">, key: string): string {
  const { name, domain, at, applications, suspendedSince } = archive;
  const has = (application: string) => applications[application] !== undefined;
  return `# ${name}

Tout ce que « ${name} » avait à l’adresse ${domain}, tel qu’il était le ${day(at.slice(0, 10))}. Rien ici ne demande un compte, un abonnement ou un logiciel particulier : ce sont des fichiers ordinaires. Gardez cette archive à l’abri : elle contient des comptes, avec l’empreinte de leurs mots de passe.${
    suspendedSince === undefined ? "" : ` L’espace était suspendu depuis le ${day(suspendedSince)}.`
  }

## Ce qu’il y a

${[
  ...(has("site")
    ? ["- `site/` : les pages de votre site, telles quelles. N’importe quel hébergeur de fichiers les sert."]
    : []),
  ...(has("wordpress")
    ? [
        "- `wordpress/base.sql` : la base de données de votre site (articles, pages, comptes, réglages), lisible par MariaDB.",
        "- `wordpress/fichiers.tar` : vos photos et fichiers, par année et par mois.",
        ...(suspendedSince === undefined
          ? [
              "- `wordpress/export.xml` : les mêmes articles et pages au format d’échange de WordPress (menu « Outils », « Importer »).",
            ]
          : []),
      ]
    : []),
  ...(has("dokuwiki")
    ? [
        "- `dokuwiki/fichiers.tar` : votre wiki. Chaque page est un fichier de texte dans `data/pages/` ; ses anciennes versions sont dans `data/attic/`, ses images dans `data/media/`, ses comptes et ses droits dans `conf/`.",
      ]
    : []),
  ...(has("mediawiki")
    ? [
        "- `mediawiki/base.sql` : la base de données de votre wiki (pages, anciennes versions, comptes), lisible par MariaDB.",
        "- `mediawiki/fichiers.tar` : ses images et fichiers.",
        ...(suspendedSince === undefined
          ? [
              "- `mediawiki/export.xml` : toutes ses pages et leurs anciennes versions au format d’échange de MediaWiki (page « Spécial:Importer »).",
            ]
          : []),
      ]
    : []),
  ...(has("radicale")
    ? [
        "- `radicale/fichiers.tar` : votre agenda et vos contacts. Chaque rendez-vous est un fichier `.ics`, chaque contact un fichier `.vcf`, que tout agenda importe.",
      ]
    : []),
  `- \`${tenantFile}\` : ce qui avait été convenu avec la commune.`,
  `- \`${manifestFile}\`, \`${sumsFile}\`, \`${signatureFile}\`, \`${keyFile}\` : ce qui prouve que rien n’y a été changé.`,
].join("\n")}

## Vérifier

\`\`\`
sha256sum -c ${sumsFile}
openssl pkeyutl -verify -pubin -inkey ${keyFile} -rawin -in ${sumsFile} -sigfile ${signatureFile}
\`\`\`

La clé de la commune est publiée à https://${archive.communeDomain}/.well-known/commune.json : \`${key}\`.

${has("wordpress") ? wordpressText(archive) : ""}${has("dokuwiki") ? dokuwikiText() : ""}${has("mediawiki") ? mediawikiText(archive) : ""}## Votre adresse

Si ${domain} est votre propre nom de domaine, faites-le pointer vers votre nouvel hébergeur. S’il est à la commune, demandez-lui combien de temps elle renvoie vos visiteurs.
`;
}

/** A text as SQL has it. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** As it was tried: test/cluster/tenant-life.test.ts does what stands here, in a plain Debian. */
function wordpressText({ applications, id, name }: Pick<Archive, "applications" | "id" | "name">): string {
  const host = applications.wordpress?.host ?? "";
  return `## Continuer avec WordPress, sur une Debian ordinaire

\`\`\`
apt install apache2 libapache2-mod-php wordpress wordpress-l10n wordpress-theme-twentytwentyfive mariadb-server php-mysql php-gd php-xml
\`\`\`

Puis, dans le dossier de cette archive, comme administrateur :

\`\`\`
mariadb -e "CREATE DATABASE asso; CREATE USER asso@localhost IDENTIFIED BY 'un-mot-de-passe'; GRANT ALL ON asso.* TO asso@localhost"
mariadb asso < wordpress/base.sql
mariadb asso <<'FIN'
UPDATE wp_options SET option_value = ${quoted(applications.wordpress?.title ?? name)} WHERE option_name = 'blogname';
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

Ajoutez un certificat (\`apt install python3-certbot-apache\`, puis \`certbot\`). Avec la même adresse (${host}), c’est fini : vos comptes et mots de passe sont les mêmes. Avec une autre, écrivez-la d’abord :

\`\`\`
mariadb asso -e "UPDATE wp_options SET option_value = 'https://nouvelle-adresse' WHERE option_name IN ('siteurl', 'home')"
\`\`\`

et reprenez les images des articles, dont l’adresse est écrite en entier (\`https://${host}/…\`) : l’extension « Better Search Replace » le fait, ou \`wp search-replace\`.

## Continuer avec WordPress, sur YunoHost

Non essayé ici. Installez l’application WordPress, puis, comme administrateur : \`mysql -u "$(yunohost app setting wordpress db_user)" -p"$(yunohost app setting wordpress db_pwd)" "$(yunohost app setting wordpress db_name)" < wordpress/base.sql\`, les fichiers de \`wordpress/fichiers.tar\` dans \`/var/www/wordpress/wp-content/uploads\`, et l’adresse comme ci-dessus. Ou, sans toucher à la base : « Outils », « Importer », « WordPress », avec \`wordpress/export.xml\` (les comptes ne viennent pas avec). L’espace s’appelait « ${id} ».

`;
}

function mediawikiText({ applications }: Pick<Archive, "applications">): string {
  const host = applications.mediawiki?.host ?? "";
  return `## Continuer avec MediaWiki

Non essayé ici en entier. Sur une Debian ordinaire (\`apt install mediawiki mariadb-server php-mysql php-gd\`), chargez \`mediawiki/base.sql\` dans une base de données neuve, et copiez les images :

\`\`\`
tar --no-same-owner -xf mediawiki/fichiers.tar -C /var/lib/mediawiki
chown -R www-data: /var/lib/mediawiki/images
\`\`\`

Dans \`/etc/mediawiki/LocalSettings.php\`, écrivez au moins \`$wgServer = 'https://${host}';\`, \`$wgLanguageCode = 'fr';\`, \`$wgMetaNamespace = 'Projet';\`, le nom et le mot de passe de la base (\`$wgDBname\`, \`$wgDBuser\`, \`$wgDBpassword\`) et une longue suite de lettres au hasard dans \`$wgSecretKey\` ; puis \`php /usr/share/mediawiki/maintenance/run.php update --quick\`. Vos comptes et mots de passe sont les mêmes. Un autre wiki prend aussi les seules pages, par \`export.xml\`.

`;
}

function dokuwikiText(): string {
  return `## Continuer avec le wiki

\`\`\`
apt install dokuwiki
tar --no-same-owner -xf dokuwiki/fichiers.tar
cp -r data/. /var/lib/dokuwiki/data/
cp conf/users.auth.php conf/acl.auth.php /var/lib/dokuwiki/acl/
chown -R www-data: /var/lib/dokuwiki
\`\`\`

Sur YunoHost (non essayé ici), installez l’application DokuWiki et copiez \`data/\` et \`conf/\` dans \`/var/www/dokuwiki/\`.

`;
}
