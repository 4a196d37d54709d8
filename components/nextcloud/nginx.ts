import { frontConfig, securityHeaders } from "../exposure/front.ts";

/** Largest upload in one request, GiB; clients send larger files in chunks. */
export const uploadLimitGiB = 16;

/** Headers that Nextcloud's own setup checks ask for, beside those of every front. */
const ownHeaders = `add_header X-Frame-Options "SAMEORIGIN" always;
add_header X-Permitted-Cross-Domain-Policies "none" always;`;

const http = `types {
  text/javascript mjs;
}
map $arg_v $asset_caching {
  "" "";
  default ", immutable";
}`;

const server = `root /var/www/html;
index index.php /index.php$request_uri;

# PHP reads the body while it arrives: no second copy of a large upload on disk.
fastcgi_request_buffering off;
fastcgi_buffers 64 4K;
fastcgi_read_timeout 3600s;
fastcgi_hide_header X-Powered-By;

${ownHeaders}

location = /robots.txt { allow all; }

location ^~ /.well-known {
  location = /.well-known/carddav { return 301 /remote.php/dav/; }
  location = /.well-known/caldav { return 301 /remote.php/dav/; }
  return 301 /index.php$request_uri;
}

location ~ ^/(?:build|tests|config|lib|3rdparty|templates|data)(?:$|/) { return 404; }
location ~ ^/(?:\\.|autotest|occ|issue|indie|db_|console) { return 404; }
# Archives of apps wait there.
location ~ ^/custom_apps/\\. { return 404; }

location ~ \\.php(?:$|/) {
  rewrite ^/(?!index|remote|public|cron|core\\/ajax\\/update|status|ocs\\/v[12]|updater\\/.+|ocs-provider\\/.+|ocm-provider\\/.+|.+\\/richdocumentscode(_arm64)?\\/proxy) /index.php$request_uri;
  fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
  set $path_info $fastcgi_path_info;
  try_files $fastcgi_script_name =404;
  include fastcgi_params;
  fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
  fastcgi_param PATH_INFO $path_info;
  # REMOTE_ADDR is the visitor's already: what a visitor claims in these headers must not count.
  fastcgi_param HTTP_X_FORWARDED_FOR "";
  fastcgi_param HTTP_X_FORWARDED_HOST "";
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
  # A location with a header of its own has only its own.
${indented(securityHeaders("noindex"))}
${indented(ownHeaders)}
}

location /remote { return 301 /remote.php$request_uri; }

location / { try_files $uri $uri/ /index.php$request_uri; }`;

/**
 * nginx in front of php-fpm, in the same pod: static files from the code volume, everything else to PHP.
 * What must be served, refused and redirected follows Nextcloud's administration manual,
 * "NGINX configuration" (https://docs.nextcloud.com/server/33/admin_manual/installation/nginx.html).
 */
export function nginxConfig(): string {
  return frontConfig({ robots: "noindex", bodyLimitGiB: uploadLimitGiB, http, server });
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
