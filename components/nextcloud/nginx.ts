/** Largest upload in one request, GiB; clients send larger files in chunks. */
export const uploadLimitGiB = 16;

/**
 * nginx in front of php-fpm, in the same pod: static files from the code volume, everything else to PHP.
 * What must be served, refused and redirected follows Nextcloud's administration manual,
 * "NGINX configuration" (https://docs.nextcloud.com/server/33/admin_manual/installation/nginx.html).
 */
export function nginxConfig(): string {
  return `pid /tmp/nginx.pid;
worker_processes 2;
error_log /dev/stderr warn;

events { worker_connections 1024; }

http {
  include /etc/nginx/mime.types;
  types {
    text/javascript mjs;
  }
  default_type application/octet-stream;
  # Addresses and user names of citizens stay out of the logs.
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;
  server_tokens off;

  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  map $arg_v $asset_caching {
    "" "";
    default ", immutable";
  }

  server {
    listen 8080;
    # A redirect names no host and no port: inside the pod, nginx knows neither that people use.
    absolute_redirect off;
    root /var/www/html;
    index index.php /index.php$request_uri;

    client_max_body_size ${uploadLimitGiB}g;
    client_body_timeout 300s;
    # PHP reads the body while it arrives: no second copy of a large upload on disk.
    fastcgi_request_buffering off;
    fastcgi_buffers 64 4K;
    fastcgi_read_timeout 3600s;

    gzip on;
    gzip_vary on;
    gzip_min_length 256;
    gzip_types application/javascript application/json application/xml image/svg+xml text/css text/javascript text/plain;

    add_header Referrer-Policy "no-referrer" always;
    add_header X-Content-Type-Options "nosniff" always;
    add_header X-Frame-Options "SAMEORIGIN" always;
    add_header X-Permitted-Cross-Domain-Policies "none" always;
    add_header X-Robots-Tag "noindex, nofollow" always;
    add_header Strict-Transport-Security "max-age=15552000; includeSubDomains" always;
    fastcgi_hide_header X-Powered-By;

    location = /robots.txt { allow all; }

    location ^~ /.well-known {
      location = /.well-known/carddav { return 301 /remote.php/dav/; }
      location = /.well-known/caldav { return 301 /remote.php/dav/; }
      return 301 /index.php$request_uri;
    }

    location ~ ^/(?:build|tests|config|lib|3rdparty|templates|data)(?:$|/) { return 404; }
    location ~ ^/(?:\\.|autotest|occ|issue|indie|db_|console) { return 404; }

    location ~ \\.php(?:$|/) {
      rewrite ^/(?!index|remote|public|cron|core\\/ajax\\/update|status|ocs\\/v[12]|updater\\/.+|ocs-provider\\/.+|ocm-provider\\/.+|.+\\/richdocumentscode(_arm64)?\\/proxy) /index.php$request_uri;
      fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
      set $path_info $fastcgi_path_info;
      try_files $fastcgi_script_name =404;
      include fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param PATH_INFO $path_info;
      # TLS ends at the ingress controller, and nothing else can reach this port.
      fastcgi_param HTTPS on;
      fastcgi_param modHeadersAvailable true;
      fastcgi_param front_controller_active true;
      fastcgi_intercept_errors on;
      fastcgi_pass 127.0.0.1:9000;
    }

    location ~ \\.(?:css|js|mjs|svg|gif|ico|jpg|png|webp|wasm|tflite|map|ogg|flac|woff2?)$ {
      try_files $uri /index.php$request_uri;
      expires 6M;
      add_header Cache-Control "public, max-age=15778463$asset_caching";
      add_header X-Content-Type-Options "nosniff" always;
      add_header Referrer-Policy "no-referrer" always;
    }

    location /remote { return 301 /remote.php$request_uri; }

    location / { try_files $uri $uri/ /index.php$request_uri; }
  }
}
`;
}
