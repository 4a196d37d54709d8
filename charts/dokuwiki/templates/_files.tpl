{{- define "dokuwiki.server" -}}
# The image keeps these from visitors too.
location ~ ^/(bin|conf|data|inc|vendor|storage)(/|$) { return 404; }
location = /install.php { return 404; }
{{- if .Values.login.check }}
{{ include "dokuwiki.gated" . }}
{{- else }}
location = /health.php { {{ include "app.proxy" 8081 | replace "\n" " " }} }
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- end }}

{{- define "dokuwiki.ports" -}}
Listen 127.0.0.1:8081
{{ end }}

{{/* Four processes at most: each is a PHP of its own. */}}
{{- define "dokuwiki.apache" -}}
DocumentRoot /var/www/html
StartServers 1
MinSpareServers 1
MaxSpareServers 2
MaxRequestWorkers 4
MaxConnectionsPerChild 500
KeepAlive Off
CustomLog /dev/null common
{{ end }}

{{/* A text as PHP has it between single quotes. */}}
{{- define "dokuwiki.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Settings that are declared, and cannot be changed in the wiki. */}}
{{- define "dokuwiki.settings" -}}
<?php
$conf['title'] = {{ include "dokuwiki.quoted" .Values.title }};
$conf['lang'] = 'fr';
$conf['baseurl'] = 'https://{{ .Values.host }}';
$conf['basedir'] = '/';
$conf['useacl'] = 1;
$conf['authtype'] = '{{ ternary "authcommune" "authplain" (not (empty .Values.login.check)) }}';
$conf['superuser'] = '@admin';
$conf['passcrypt'] = 'bcrypt';
$conf['disableactions'] = 'register,resendpwd{{ if .Values.login.check }},profile,profile_delete{{ end }}';
$conf['securecookie'] = 1;
$conf['send404'] = 1;
$conf['updatecheck'] = 0;
$conf['allowdebug'] = 0;
{{ end }}

{{/* Who may do what where nobody said otherwise: 0 nothing, 1 read, 8 read, write and bring files. */}}
{{- define "dokuwiki.acl" -}}
*	@ALL	{{ if eq .Values.access "public" }}1{{ else }}0{{ end }}
*	@user	{{ if eq .Values.access "admins" }}0{{ else }}8{{ end }}
{{ end }}

{{/* The line of the first account. Its password is read here and stands nowhere else but as a hash. */}}
{{- define "dokuwiki.account" -}}
<?php
$password = rtrim(file_get_contents('/run/secrets/admin/{{ .Values.admin.key }}'), "\n");
echo implode(':', [
  {{ include "dokuwiki.quoted" .Values.admin.user }},
  password_hash($password, PASSWORD_BCRYPT),
  'Administration',
  {{ include "dokuwiki.quoted" .Values.admin.mail }},
  'admin,user',
]), "\n";
{{ end }}

{{/* Before each start: settings as declared; the first account where there is none; rules for parts of the wiki stay. */}}
{{- define "dokuwiki.install" -}}
set -eu
conf=/storage/conf
mkdir -p $conf
cp /config/local.protected.php $conf/local.protected.php
{{- if .Values.login.check }}
mkdir -p /storage/lib/plugins
ln -sfn /config/authcommune /storage/lib/plugins/authcommune
{{- end }}
{ cat /config/acl; [ ! -e $conf/acl.auth.php ] || grep -v '^\*[[:space:]]' $conf/acl.auth.php || :; } > $conf/acl.new
mv $conf/acl.new $conf/acl.auth.php
if [ ! -s $conf/users.auth.php ]; then
  php /config/account.php > $conf/users.new
  chmod 640 $conf/users.new
  mv $conf/users.new $conf/users.auth.php
fi
{{ end }}

{{/* What people wrote, and their accounts. Caches, indexes and locks make themselves anew; plugins and themes are the image's. */}}
{{- define "dokuwiki.kept" -}}
for name in conf data/pages data/attic data/media data/media_attic data/meta data/media_meta; do
  [ ! -e $name ] || kept="$kept $name"
done
{{- end }}

{{- define "dokuwiki.backup" -}}
set -eu
cd /storage
kept=''
{{ include "dokuwiki.kept" . }}
exec tar -c $kept
{{ end }}

{{/* What is there goes only when all that was kept could be read. */}}
{{- define "dokuwiki.restore" -}}
set -eu
cd /storage
rm -rf .restored
mkdir .restored
tar -x -C .restored
kept=''
{{ include "dokuwiki.kept" . }}
rm -rf $kept data/cache data/index
# Not the folder of the volume itself, whose dates are not this user's to set.
cp -a .restored/* .
rm -rf .restored
{{ end }}
