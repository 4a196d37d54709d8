{{/* A text as PHP has it between single quotes. */}}
{{- define "paheko.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* A text as a shell has it between single quotes. */}}
{{- define "paheko.word" -}}
'{{ . | replace "'" "'\\''" }}'
{{- end }}

{{/* Settings that are declared. Source: https://github.com/paheko/paheko/blob/trunk/src/config.dist.php */}}
{{- define "paheko.settings" -}}
<?php
namespace Paheko;

if (PHP_SAPI !== 'cli') {
  // TLS ends before the front, and nothing but the front reaches this.
  $_SERVER['HTTPS'] = 'on';
  $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
}
const WWW_URI = '/';
const WWW_URL = 'https://{{ .Values.host }}/';
const DATA_ROOT = '/var/lib/paheko';
const CACHE_ROOT = '/var/cache/paheko';
const WEB_CACHE_ROOT = CACHE_ROOT . '/web/%host%';
// Beside the data otherwise: what is made of one version's pages would be there for the next.
const SHARED_CACHE_ROOT = CACHE_ROOT . '/shared';
// Beside the data otherwise, where the archive's own are not.
const PLUGINS_ROOT = '/usr/share/paheko/data/plugins';
define('Paheko\SECRET_KEY', rtrim(file_get_contents('/run/secrets/key/{{ .Values.key.key }}'), "\n"));
// Whether a password is a known one would be asked of a server elsewhere (UserSession.php).
function nobody_is_asked(Entities\Signal $signal): void {
  $signal->setOut('is_compromised', false);
  $signal->stop();
}
const SYSTEM_SIGNALS = [['password.check' => 'Paheko\nobody_is_asked']];
// Its code is the image's, updates come with it, and nobody outside is asked for anything or told of it.
const ENABLE_UPGRADES = false;
const DISABLE_INSTALL_FORM = true;
const DISABLE_INSTALL_PING = true;
const DISABLE_EMAIL = true;
const SHOW_ERRORS = false;
const ENABLE_TECH_DETAILS = false;
// No program of the machine is started for a page.
const PDF_COMMAND = null;
{{ end }}

{{- define "paheko.server" -}}
# It is installed and upgraded before each start, and by nobody in a browser.
location ~ ^/admin/(install|upgrade)\.php { return 404; }
location ~ (^|/)(\.|_) { return 404; }
# What follows the name of a page is the page's own to read. Who looks whether it answers asks for another page.
location ~ ^/admin/login(_otp|_app)?\.php(/|$) {
  limit_req zone=logins burst=20 nodelay;
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/*
Three processes at most: each is a PHP of its own. What is no file is its router's, as upstream has it for an Apache without
rewriting. Source: https://github.com/paheko/paheko/blob/trunk/src/apache-vhost.conf
*/}}
{{- define "paheko.apache" -}}
DocumentRoot /usr/share/paheko/www
ServerName localhost
ServerTokens Prod
ServerSignature Off
TraceEnable Off
ErrorLog /dev/stderr
CustomLog /dev/null common
StartServers 1
MinSpareServers 1
MaxSpareServers 2
MaxRequestWorkers 3
MaxConnectionsPerChild 500
KeepAlive Off

<Directory /usr/share/paheko/www>
  Options -Indexes -MultiViews +FollowSymLinks
  AllowOverride None
  Require all granted
  DirectoryIndex disabled
  DirectoryIndex index.php
  FallbackResource /_route.php
  ErrorDocument 404 /_route.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  php_admin_value memory_limit 128M
  php_admin_value upload_max_filesize 16M
  php_admin_value post_max_size 16M
  # Who is in is known until the pod ends. Where PHP is Debian's, its folder is on the image and nothing tidies it.
  php_admin_value session.save_path /tmp
  php_admin_value session.gc_probability 1
  php_admin_value session.gc_divisor 100
</Directory>
# Apache takes the front for this machine, to which it would tell what others ask for.
<Location /server-status>
  Require all denied
</Location>
<FilesMatch "\.ph(?:ar|tml)$">
  SetHandler None
</FilesMatch>
{{ end }}

{{/*
Before each start: Paheko where there is none, or its file in the form of the image's version, by its own commands. It is made
beside its place, so that one that was interrupted is begun anew.
Source: https://github.com/paheko/paheko/blob/trunk/src/include/lib/Paheko/CLI.php
*/}}
{{- define "paheko.install" -}}
set -eu
root=/usr/share/paheko
data=/var/lib/paheko
# Even an upgrade begins a session.
paheko() { php -d session.save_path=/tmp $root/bin/paheko "$@"; }
if [ ! -e $data/association.sqlite ]; then
  rm -f $data/.new.sqlite*
  paheko --db=$data/.new.sqlite init --country=FR --orgname={{ include "paheko.word" .Values.title }} --name=Administration \
    --email={{ include "paheko.word" .Values.admin.mail }} --password-file=/run/secrets/admin/{{ .Values.admin.key }}
  mv $data/.new.sqlite $data/association.sqlite
  rm -f $data/.new.sqlite*
else
  version=$(cat $root/VERSION)
  # Of a file of an older version it says that it is to be upgraded, and no number.
  had=$(paheko version | tail -n 1)
  case "$had" in
    [0-9]*) newest=$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1) ;;
    *) newest=$version ;;
  esac
  if [ "$newest" != "$version" ]; then
    echo "Paheko's file is of a newer version ($had) than this one ($version): it cannot go back." >&2
    exit 1
  fi
  # It ends with 2 when something was to be done.
  paheko upgrade || [ $? -eq 2 ]
fi
{{ end }}

{{/* A copy that is whole, though people write: Paheko makes it. */}}
{{- define "paheko.backup" -}}
set -eu
data=/var/lib/paheko
rm -rf $data/.copy
mkdir $data/.copy
php /usr/share/paheko/bin/paheko db backup $data/.copy/association.sqlite >&2
tar -C $data/.copy -c association.sqlite
rm -rf $data/.copy
{{ end }}

{{/* What is there goes only when all that was kept could be read. */}}
{{- define "paheko.restore" -}}
set -eu
cd /var/lib/paheko
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf association.sqlite association.sqlite-journal association.sqlite-wal association.sqlite-shm
mv .restored/association.sqlite .
rm -rf .restored
{{ end }}
