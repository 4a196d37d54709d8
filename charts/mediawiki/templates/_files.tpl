{{/* A text as PHP has it between single quotes. */}}
{{- define "mediawiki.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Settings that are declared, and cannot be changed in the wiki. Source: includes/MainConfigSchema.php */}}
{{- define "mediawiki.settings" -}}
<?php
if (!defined('MEDIAWIKI')) exit;
function commune_secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }

$wgSitename = {{ include "mediawiki.quoted" .Values.title }};
// Not after the name, which may change and may have what no address can.
$wgMetaNamespace = 'Projet';
$wgLanguageCode = 'fr';
$wgLocaltimezone = 'Europe/Paris';
$wgServer = 'https://{{ .Values.host }}';
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
// The front alone reaches this, and says who asked.
$wgCdnServersNoPurge = ['127.0.0.1'];

$wgDBtype = 'mysql';
$wgDBserver = {{ include "mediawiki.quoted" .Values.database.host }};
$wgDBname = {{ include "mediawiki.quoted" .Values.database.name }};
$wgDBuser = $wgDBname;
$wgDBpassword = commune_secret('database/{{ .Values.database.key }}');
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
$wgSecretKey = hash_hmac('sha256', 'secret key', commune_secret('salt/{{ .Values.salt.key }}'));
$wgAuthenticationTokenVersion = '1';

$wgMainCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgParserCacheType = CACHE_DB;
$wgCacheDirectory = '/data/cache';
$wgLocalisationCacheConf['store'] = 'array';

// Files are shown to those who may read the wiki, and never by the server itself.
$wgEnableUploads = true;
$wgUploadDirectory = '/data/images';
$wgUploadPath = '/img_auth.php';
$wgFileExtensions = ['png', 'gif', 'jpg', 'jpeg', 'webp', 'pdf', 'odt', 'ods', 'odp'];
$wgUseImageMagick = false;

// Who administers it makes the accounts. There is no mail, and nobody outside is asked for anything.
$wgEnableEmail = false;
$wgEmergencyContact = $wgPasswordSender = {{ include "mediawiki.quoted" .Values.admin.mail }};
$wgGroupPermissions['*']['createaccount'] = false;
$wgGroupPermissions['*']['edit'] = false;
$wgGroupPermissions['*']['read'] = {{ eq .Values.access "public" }};
$wgGroupPermissions['user']['read'] = {{ ne .Values.access "admins" }};
$wgGroupPermissions['user']['edit'] = {{ ne .Values.access "admins" }};
$wgGroupPermissions['sysop']['read'] = true;
$wgGroupPermissions['sysop']['edit'] = true;
$wgAllowExternalImages = false;
$wgUseInstantCommons = false;
$wgPingback = false;
$wgShowExceptionDetails = false;

wfLoadSkin('Vector');
$wgDefaultSkin = 'vector-2022';
wfLoadExtensions(['WikiEditor', 'Cite', 'ParserFunctions']);
{{- if .Values.login.check }}
{{ include "mediawiki.persons" . }}
{{- end }}
{{ end }}

{{/* Says whether the wiki is there, and not only its tables: it is when somebody administers it. */}}
{{- define "mediawiki.state" -}}
<?php
// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = {{ include "mediawiki.quoted" .Values.database.name }};
$password = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
[$host, $port] = explode(':', {{ include "mediawiki.quoted" .Values.database.host }} . ':3306');
for ($tries = 0; !($server = @mysqli_connect($host, $name, $password, $name, (int) $port)); $tries++) {
  if ($tries === 60) {
    fwrite(STDERR, 'The database does not answer: ' . mysqli_connect_error() . "\n");
    exit(1);
  }
  sleep(1);
}
$found = mysqli_query($server, "SELECT 1 FROM user_groups WHERE ug_group = 'sysop'");
echo $found && mysqli_num_rows($found) > 0 ? 'there' : 'none';
{{ end }}

{{/* Before each start: the wiki where there is none yet, or its tables in the form of the image's version. */}}
{{- define "mediawiki.install" -}}
set -eu
run='php /var/www/html/maintenance/run.php'
kept=/data/version
mkdir -p /data/images /data/cache
version=$(sed -n "s/.*'MW_VERSION', '\([0-9.]*\).*/\1/p" /var/www/html/includes/Defines.php)
[ -n "$version" ]
state=$(php /config/state.php)
if [ "$state" = none ]; then
  # It wants to write settings too, and takes none that are there. Where an earlier call was interrupted it complains of tables, and goes on.
  MW_CONFIG_FILE=/nonexistent $run install --confpath /tmp --lang fr --scriptpath '' --server https://{{ .Values.host }} \
    --dbserver {{ .Values.database.host }} --dbname {{ .Values.database.name }} --dbuser {{ .Values.database.name }} \
    --dbpassfile /run/secrets/database/{{ .Values.database.key }} --passfile /run/secrets/admin/{{ .Values.admin.key }} \
    Wiki {{ .Values.admin.user }} || :
  rm -f /tmp/LocalSettings.php
  [ "$(php /config/state.php)" = there ]
else
  had=$(cat $kept 2> /dev/null || echo 0)
  if [ "$had" != "$version" ]; then
    if [ "$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1)" = "$had" ]; then
      echo "The wiki's tables are of a newer MediaWiki ($had) than this one ($version): it cannot go back." >&2
      exit 1
    fi
    $run update --quick
  fi
fi
echo "$version" > $kept
{{ end }}

{{/* Pictures and files; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "mediawiki.restore" -}}
set -eu
cd /data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf images version
mv .restored/images .restored/version .
rm -rf .restored
{{ end }}
