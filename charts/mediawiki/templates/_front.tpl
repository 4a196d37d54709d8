{{/* What visitors may ask for is named: pages, the programs that answer, and files of the look. */}}
{{- define "mediawiki.server" -}}
{{- if .Values.login.check }}
{{- include "mediawiki.gated" . }}
{{- else }}
location = / {
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location ^~ /wiki/ {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location ~ ^/(index|api|load|img_auth|rest|opensearch_desc)\.php(/|$) {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location ~ ^/(resources|skins|extensions)/.+\.(css|js|json|less|svg|png|gif|jpe?g|ico|cur|woff2?)$ {
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location / { return 404; }
{{- end }}
{{- end }}

{{/* The code is where the image has it, and nobody can change it. Three processes at most: each is a PHP of its own. */}}
{{- define "mediawiki.apache" -}}
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
MaxConnectionsPerChild 500
KeepAlive Off
# Compiled files are kept without asking for their day: the code changes with the image alone (see charts/wordpress).
php_admin_flag opcache.validate_timestamps Off
php_admin_value opcache.file_update_protection 0

# The names of pages may have a slash.
AllowEncodedSlashes NoDecode
Alias /wiki /var/www/html/index.php

<Directory /var/www/html>
  Options -Indexes -MultiViews +FollowSymLinks
  AllowOverride None
  AcceptPathInfo On
  Require all granted
  DirectoryIndex index.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  php_admin_value memory_limit 128M
  php_admin_value upload_max_filesize 16M
  php_admin_value post_max_size 16M
  php_admin_value max_execution_time 60
</Directory>
{{ end }}
