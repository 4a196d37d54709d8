{{/* A text as PHP has it between single quotes. */}}
{{- define "dolibarr.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Settings that are declared. Source: https://github.com/Dolibarr/dolibarr/blob/develop/htdocs/conf/conf.php.example */}}
{{- define "dolibarr.settings" -}}
<?php
// TLS ends before the front, and nothing but the front reaches this.
$_SERVER['HTTPS'] = 'on';
$_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
$dolibarr_main_url_root = 'https://{{ .Values.host }}';
$dolibarr_main_document_root = '/var/www/html';
$dolibarr_main_data_root = '/var/www/documents';
$dolibarr_main_db_type = 'mysqli';
$dolibarr_main_db_host = {{ include "dolibarr.quoted" .Values.database.host }};
$dolibarr_main_db_port = {{ include "dolibarr.quoted" (.Values.database.port | toString) }};
$dolibarr_main_db_name = {{ include "dolibarr.quoted" .Values.database.name }};
$dolibarr_main_db_user = $dolibarr_main_db_name;
$dolibarr_main_db_pass = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
$dolibarr_main_db_prefix = 'llx_';
$dolibarr_main_db_character_set = 'utf8mb4';
$dolibarr_main_db_collation = 'utf8mb4_unicode_ci';
$dolibarr_main_instance_unique_id = hash_hmac('sha256', 'instance', rtrim(file_get_contents('/run/secrets/key/{{ .Values.key.key }}'), "\n"));
$dolibarr_main_authentication = 'dolibarr';
// Its cookies are for https alone with it.
$dolibarr_main_force_https = '2';
$dolibarr_main_prod = '1';
$dolibarr_nocsrfcheck = '0';
$dolibarr_cron_allow_cli = '0';
// No program of the machine is started for a page (an empty list would allow each), and nobody is written to.
$dolibarr_main_restrict_os_commands = 'none';
$dolibarr_mailing_limit_sendbyweb = '-1';
$dolibarr_mailing_limit_sendbycli = '-1';
{{ end }}

{{- define "dolibarr.server" -}}
# It is installed and upgraded before each start, and by nobody in a browser. Upstream's image keeps the rest from visitors too.
location ~ ^/(install|conf|custom|langs|includes/.*/(test|tests|docs|examples))(/|$) { return 404; }
location ~ /\. { return 404; }
location ~ \.(sql|svn|git|lock|yml|log|sh|md)$ { return 404; }
location ~ ^/index\.php(/|$) {
  limit_req zone=logins burst=30 nodelay;
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 120s;
}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 120s;
}
{{- end }}

{{/* Three processes at most: each is a PHP of its own. Limits are those of upstream's image, but for memory. */}}
{{- define "dolibarr.apache" -}}
DocumentRoot /var/www/html
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
MaxConnectionsPerChild 300
KeepAlive Off
# The front is this machine to Apache, which would tell each visitor what others ask for.
<Location /server-status>
  Require all denied
</Location>

<Directory /var/www/html>
  Options -Indexes -MultiViews
  AllowOverride None
  Require all granted
  DirectoryIndex index.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  # An error that ends a page is said in the pod's log, and none of what was called with: that may be a password.
  php_admin_flag log_errors On
  php_admin_flag zend.exception_ignore_args On
  php_admin_flag allow_url_fopen Off
  php_admin_flag session.use_strict_mode On
  php_admin_flag session.cookie_httponly On
  php_admin_flag session.cookie_secure On
  php_admin_value memory_limit 160M
  php_admin_value upload_max_filesize 16M
  php_admin_value post_max_size 16M
  php_admin_value date.timezone Europe/Paris
</Directory>
{{ end }}

{{/*
Before each start: Dolibarr where there is none, or its tables in the form of the image's version. Upstream's entry point does
the same as root (docker-run.sh): tables, then their keys, functions and first rows, and a migration of one release to the next.
*/}}
{{- define "dolibarr.install" -}}
set -eu
documents=/var/www/documents
install=/var/www/html/install
name={{ .Values.database.name }}
umask 077
printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword=%s\n' '{{ .Values.database.host }}' '{{ .Values.database.port }}' "$name" \
  "$(cat /run/secrets/database/{{ .Values.database.key }})" > /tmp/client.cnf
sql() { mysql --defaults-extra-file=/tmp/client.cnf --default-character-set=utf8mb4 --skip-column-names --batch "$@" "$name"; }
# A network policy takes a moment to reach every node.
tries=0
until sql --execute 'DO 0' 2> /tmp/why; do
  tries=$((tries + 1))
  if [ $tries -gt 60 ]; then cat /tmp/why >&2; exit 1; fi
  sleep 1
done
umask 027

# The image says which version it has (Dockerfile.template).
version=${DOLI_VERSION:?}
value() { sql --execute "SELECT value FROM llx_const WHERE name = '$1' AND entity = 0" 2> /dev/null || :; }

had=$(value MAIN_VERSION_LAST_INSTALL)
if [ -z "$had" ]; then
  # An earlier call may have been interrupted: what is there already is said, and left. What must be there in the end is asked for.
  for kind in tables keys functions data; do
    case $kind in
      tables) files=$(ls $install/mysql/tables/*.sql | grep -v '\.key\.sql$') ;;
      keys) files=$(ls $install/mysql/tables/*.key.sql) ;;
      functions) files=$(ls $install/mysql/functions/*.sql) ;;
      data) files=$(ls $install/mysql/data/*.sql | grep -v llx_accounting_account_) ;;
    esac
    for file in $files; do
      # Comments within the definition of a table are more than the client understands.
      if [ $kind = tables ]; then sed 's/--.*//' "$file"; else sed 's/^--.*//; s/__ENTITY__/1/g' "$file"; fi
      echo
    done | sql --force
  done
  sql --execute "DELETE FROM llx_const WHERE name IN ('MAIN_NOT_INSTALLED', 'MAIN_LANG_DEFAULT')"
  php -d memory_limit=256M /config/first.php
  sql --execute "INSERT INTO llx_const (name, value, type, visible, note, entity) VALUES ('MAIN_VERSION_LAST_INSTALL', '$version', 'chaine', 0, 'Dolibarr version when install', 0)"
else
  last=$(value MAIN_VERSION_LAST_UPGRADE)
  had=${last:-$had}
  if [ "$had" != "$version" ]; then
    if [ "$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1)" = "$had" ]; then
      echo "Dolibarr's tables are of a newer version ($had) than this one ($version): it cannot go back." >&2
      exit 1
    fi
    if [ $((${version%%.*} - ${had%%.*})) -gt 1 ]; then
      echo "Dolibarr's tables are of $had, and this is $version: take the versions one after the other." >&2
      exit 1
    fi
    to=$(echo "$version" | cut -d. -f1-2).0
    touch $documents/upgrade.unlock
    cd $install
    for step in upgrade upgrade2 step5; do
      php -d memory_limit=256M $step.php "$had" "$to" > /tmp/$step.html || { cat /tmp/$step.html >&2; rm -f $documents/upgrade.unlock; exit 1; }
    done
    rm -f $documents/upgrade.unlock
  fi
fi
# Its pages that install, and those that bring modules from outside, stay closed.
touch $documents/install.lock $documents/installmodules.lock
rm -f /tmp/client.cnf
{{ end }}

{{/*
Who administers it, by Dolibarr's own classes: as the last page of its installer does (step5.php), and upstream's docker-init.php.
Members are what an association begins with; other modules are switched on by who administers it.
*/}}
{{- define "dolibarr.first" -}}
<?php
require '/var/www/html/master.inc.php';
require_once DOL_DOCUMENT_ROOT . '/core/lib/admin.lib.php';
require_once DOL_DOCUMENT_ROOT . '/user/class/user.class.php';

foreach (['MAIN_LANG_DEFAULT' => 'fr_FR', 'MAIN_SECURITY_HASH_ALGO' => 'password_hash', 'MAIN_DISABLE_ALL_MAILS' => '1', 'USER_MAIL_REQUIRED' => '0'] as $name => $value) {
  if (dolibarr_set_const($db, $name, $value, 'chaine', 0, '', 0) < 0) exit(1);
}
// Whose it is, without which its first page asks for nothing else: the board may write it anew.
foreach (['MAIN_INFO_SOCIETE_NOM' => {{ include "dolibarr.quoted" .Values.title }}, 'MAIN_INFO_SOCIETE_COUNTRY' => '1:FR:France'] as $name => $value) {
  if (dolibarr_set_const($db, $name, $value, 'chaine', 0, '', 1) < 0) exit(1);
}
$conf->setValues($db);

$login = {{ include "dolibarr.quoted" .Values.admin.user }};
$found = $db->query("SELECT rowid FROM " . MAIN_DB_PREFIX . "user WHERE admin = 1");
if (!$found) exit(1);
if ($db->num_rows($found) === 0) {
  $maker = new User($db);
  $maker->id = 0;
  // Only who administers makes somebody who does: without it the account can log in and nothing else.
  $maker->admin = 1;
  $admin = new User($db);
  $admin->lastname = 'Administration';
  $admin->login = $login;
  $admin->pass = rtrim(file_get_contents('/run/secrets/admin/{{ .Values.admin.key }}'), "\n");
  $admin->admin = 1;
  $admin->entity = 0;
  if ($admin->create($maker, 1) <= 0) {
    fwrite(STDERR, "Nobody could be made who administers it: {$admin->error}\n");
    exit(1);
  }
}
foreach (['modUser', 'modAdherent'] as $module) {
  $made = activateModule($module);
  if (!empty($made['errors'])) {
    fwrite(STDERR, "$module: " . implode(', ', $made['errors']) . "\n");
    exit(1);
  }
}
{{ end }}

{{/* Documents; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "dolibarr.restore" -}}
set -eu
cd /var/www/documents
rm -rf .restored
mkdir .restored
tar -x -C .restored
find . -mindepth 1 -maxdepth 1 ! -name .restored -exec rm -rf {} +
# Not the folder of the volume itself, whose dates are not this user's to set.
find .restored -mindepth 1 -maxdepth 1 -exec mv -t . {} +
rm -rf .restored
{{ end }}
