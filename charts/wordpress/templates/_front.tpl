{{- define "wordpress.server" -}}
# For programs of another time, for timed jobs, and for who would install it anew: nothing here for visitors.
location ~ ^/(xmlrpc|wp-cron|wp-mail|wp-signup|wp-activate|wp-trackback|wp-config[^/]*|readme\.html|wp-admin/(install|upgrade|setup-config)\.php) { return 404; }
location ~ /\. { return 404; }
{{- if .Values.login.check }}
{{ include "wordpress.gated" . }}
{{- else }}
location = /wp-login.php {
  limit_req zone=logins burst=10 nodelay;
  limit_req zone=visitors burst=100 nodelay;
  {{- include "app.proxy" 8081 | nindent 2 }}
}
{{- if ne .Values.access "public" }}
# Pictures are for those who may read the site.
location = /_reader {
  internal;
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  {{- include "app.proxy" "8081/index.php?commune-reader" | nindent 2 }}
}
location ^~ /wp-content/uploads/ {
  auth_request /_reader;
  {{- include "app.proxy" 8081 | nindent 2 }}
}
{{- end }}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- end }}

{{/* The same where the commune's login says who asks. */}}
{{- define "wordpress.gated" -}}
{{ include "gate.server" .Values }}
# Says that WordPress answers, and nothing else.
location = /_ready {
  auth_request off;
  {{- include "gate.nobody" "8081/index.php?commune-health" | nindent 2 }}
}
# WordPress' own files, the same for everybody: the login would be asked a hundred times for one page.
location ~ ^/(wp-includes|wp-admin|wp-content/themes)/.+\.(css|js|gif|jpg|png|svg|webp|woff2)$ {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
{{- if eq .Values.access "public" }}
# The password of one post, which its readers have and the login does not know.
location = /_post {
  internal;
  limit_req zone=logins burst=10 nodelay;
  {{- include "gate.nobody" "8081/wp-login.php?action=postpass" | nindent 2 }}
}
location = /wp-login.php {
  if ($arg_action = postpass) { rewrite ^ /_post? last; }
  {{- include "gate.closed" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
}
# Pages send forms of visitors there too.
location ~ ^/wp-admin/admin-(ajax|post)\.php$ {
  {{- include "gate.open" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
}
location ~ ^/wp-admin(/|$) {
  {{- include "gate.closed" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location / {
  {{- include "gate.open" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- else }}
{{ include "gate.closed" . }}
location ^~ /wp-content/uploads/ {
  # Kept by nobody without asking again.
  expires -1;
  {{- include "gate.person" 8081 | nindent 2 }}
}
location / {
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- end }}

{{- define "wordpress.uploads" -}}
/usr/src/wordpress/wp-content/uploads
{{- end }}

{{/* The code is where the image has it, and nobody can change it. Three processes at most: each is a PHP of its own. */}}
{{- define "wordpress.apache" -}}
DocumentRoot /usr/src/wordpress
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
# The code changes with the image alone. Compiled files are kept without asking for their day: one that images have made
# the same everywhere, 1 January 1970, would be no day to PHP, and nothing be kept.
php_admin_flag opcache.validate_timestamps Off
php_admin_value opcache.file_update_protection 0

<Directory /usr/src/wordpress>
  Options -Indexes -MultiViews +FollowSymLinks
  AllowOverride None
  Require all granted
  DirectoryIndex index.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  php_admin_value memory_limit 128M
  php_admin_value upload_max_filesize 64M
  php_admin_value post_max_size 64M
  php_admin_value max_execution_time 60
  RewriteEngine on
  RewriteBase /
  RewriteRule ^index\.php$ - [L]
  RewriteCond %{REQUEST_FILENAME} !-f
  RewriteCond %{REQUEST_FILENAME} !-d
  RewriteRule . /index.php [L]
</Directory>
# What people bring is shown and never run.
<Directory {{ include "wordpress.uploads" . }}>
  php_admin_flag engine Off
  <FilesMatch "\.(php\d?|phtml|phar|phps)$">
    Require all denied
  </FilesMatch>
</Directory>
{{ end }}
