{{- define "spip.proxied" -}}
{{- include "app.proxy" 8081 }}
proxy_read_timeout 60s;
{{- end }}

{{/* What visitors may ask for is named: pages, the private part, and files. Whatever else there is stays inside. */}}
{{- define "spip.server" -}}
{{- if .Values.login.check }}
{{- include "spip.gated" . }}
{{- else }}
error_page 418 = @sent;
location = /ecrire { return 301 /ecrire/; }
location = /ecrire/ {
  {{- include "spip.proxied" . | nindent 2 }}
}
{{- $may := "" }}
{{- if ne .Values.access "public" }}
{{- $may = "auth_request /_reader;" }}
# Pictures and documents are for those who may read the site.
location = /_reader {
  internal;
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  {{- include "app.proxy" "8081/spip.php?commune-reader" | nindent 2 }}
}
{{- end }}
location ~ ^/(prive|plugins-dist|squelettes-dist|ecrire)/.+\.(css|js|json|svg|png|gif|jpe?g|webp|ico|cur|ttf|woff2?)$ {
  {{- include "app.proxy" 8081 | nindent 2 }}
}
# Of what is computed, the look is everybody's, and pictures are not.
location ~ ^/local/cache-(css|js)/[^/]+\.(css|js)$ {
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location ~ ^/(IMG|local)/ {
  location ~ \.ph { return 404; }
  {{- with $may }}
  {{ . }}{{ end }}
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location ~ ^/(config|tmp|vendor)(/|$) { return 404; }
# Pages have no dot in their names. A password may come in any form that is sent to one of them.
location ~ ^/(spip\.php|robots\.txt|favicon\.ico|sitemap\.xml|[^.]*)$ {
  if ($request_method = POST) { return 418; }
  {{- include "spip.proxied" . | nindent 2 }}
}
location @sent {
  limit_req zone=logins burst=10 nodelay;
  limit_req zone=visitors burst=100 nodelay;
  {{- include "spip.proxied" . | nindent 2 }}
}
location / { return 404; }
{{- end }}
{{- end }}

{{/* The code is where the image has it, and nobody can change it. Three processes at most: each is a PHP of its own. */}}
{{- define "spip.apache" -}}
DocumentRoot /usr/share/spip
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
# Compiled files are kept without asking for their day: the code changes with the image alone (see charts/wordpress). Of the
# files that SPIP itself writes and runs, it tells PHP.
php_admin_flag opcache.validate_timestamps Off
php_admin_value opcache.file_update_protection 0

<Directory /usr/share/spip>
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
  RewriteCond %{REQUEST_FILENAME} -f [OR]
  RewriteCond %{REQUEST_FILENAME} -d
  RewriteRule . - [L]
  RewriteRule ^(robots\.txt|favicon\.ico|sitemap\.xml)$ spip.php?page=$1 [QSA,L]
  RewriteRule ^[^.]+$ spip.php [QSA,E=url_propre:$0,L]
</Directory>
# What people bring is shown and never run, here or in a browser, whose reader of PDF would show nothing in a sandbox.
<DirectoryMatch "^/usr/share/spip/(IMG|local)(/|$)">
  php_admin_flag engine Off
  Header set Content-Security-Policy sandbox "expr=%{REQUEST_URI} !~ m#\.pdf$#i"
  <FilesMatch "\.(php\d?|phtml|phar|phps)$">
    Require all denied
  </FilesMatch>
</DirectoryMatch>
{{ end }}
