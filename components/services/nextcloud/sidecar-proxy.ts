import { indented, proxyConfig, securityHeaders } from "../../platform/exposure/sidecar-proxy.ts";
import { visitorMap } from "../../platform/exposure/visitor.ts";

/** Largest upload in one request, GiB; clients send larger files in chunks. */
export const uploadLimitGiB = 4;

/**
 * Largest upload whose length is not told beforehand (macOS's Finder, DAVx⁵, `curl -T -`), GiB; how many of these are
 * taken at once, and how many of one account.
 */
const untold = { limitGiB: 1, atOnce: 4, ofOneAccount: 2 };

/**
 * Largest form, GiB, and how many that are not small are read at once from one address, which can be a whole school. No
 * number for all addresses: a few slow senders would hold it.
 */
const forms = { limitGiB: 0.5, fromOneAddress: 8 };

/**
 * Room in `/tmp`, GiB: PHP keeps a copy of each body that it reads (main/streams of php-src, `php://input`), and nginx
 * one of each that it gathers first. Four of the largest uploads at once beside the gathered ones.
 */
export const scratchGiB =
  4 * uploadLimitGiB + 2 * (untold.limitGiB * untold.atOnce + forms.limitGiB * forms.fromOneAddress);

/** Headers that Nextcloud's own setup checks ask for, beside those of every sidecar proxy; browsers of today ignore the last. */
const ownHeaders = `add_header X-Frame-Options "SAMEORIGIN" always;
add_header X-Permitted-Cross-Domain-Policies "none" always;
add_header X-XSS-Protection "1; mode=block" always;`;

/**
 * Where a body goes. PHP reads a form, and Nextcloud JSON, before it knows who asks: were it not all there by then, as
 * many slow senders as there are workers would stop everybody. php-fpm takes a body of untold length for an empty one.
 */
const http = `types {
  text/javascript mjs;
}
map $arg_v $asset_caching {
  "" "";
  default ", immutable";
}
map $content_type $read_at_once {
  "~*^(multipart/form-data|application/x-www-form-urlencoded)" form;
  "~*json" form;
  default stream;
}
map $content_length $body_of_length {
  # A million bytes and more.
  "~^[0-9]{7,}$" $read_at_once;
  default small;
}
map "$http_transfer_encoding $uri" $body {
  "~^ " $body_of_length;
  # The only place where clients are known to send so.
  "~^\\S.* /remote\\.php/" untold;
  default small;
}
map $remote_user $sender {
  "" $visitor;
  default $remote_user;
}
${visitorMap}
limit_conn_zone $server_port zone=untold:64k;
limit_conn_zone $sender zone=untold_of_one:1m;
limit_conn_zone $visitor zone=forms:1m;`;

/** How a request reaches PHP. */
const toPhp = `fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
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
fastcgi_pass 127.0.0.1:9000;`;

const server = `root /var/www/html;
index index.php /index.php$request_uri;

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
  try_files /dev/null @$body;
}

location @small {
  client_max_body_size 1m;
  client_body_timeout 30s;
${indented(toPhp)}
}

location @form {
  client_max_body_size ${forms.limitGiB * 1024}m;
  client_body_timeout 30s;
  limit_conn forms ${forms.fromOneAddress};
${indented(toPhp)}
}

# PHP sees who asks before it reads the body, which arrives meanwhile.
location @stream {
  fastcgi_request_buffering off;
${indented(toPhp)}
}

# nginx knows no least speed: whoever has no account gets no place that could be held by sending slowly.
location @untold {
  auth_request /.signed-in;
  try_files /dev/null @gathered;
}

location = /.signed-in {
  internal;
  fastcgi_pass_request_headers off;
  fastcgi_pass_request_body off;
  fastcgi_param SCRIPT_FILENAME $document_root/remote.php;
  fastcgi_param SCRIPT_NAME /remote.php;
  fastcgi_param PATH_INFO /webdav/;
  fastcgi_param REQUEST_URI /remote.php/webdav/;
  fastcgi_param REQUEST_METHOD GET;
  fastcgi_param SERVER_PROTOCOL $server_protocol;
  fastcgi_param REMOTE_ADDR $remote_addr;
  fastcgi_param HTTPS on;
  fastcgi_param HTTP_HOST $host;
  fastcgi_param HTTP_USER_AGENT $http_user_agent;
  fastcgi_param HTTP_AUTHORIZATION $http_authorization;
  fastcgi_param HTTP_COOKIE $http_cookie;
  fastcgi_pass 127.0.0.1:9000;
}

# The whole body first: then its length is known.
location @gathered {
  client_max_body_size ${untold.limitGiB}g;
  client_body_timeout 30s;
  limit_conn untold ${untold.atOnce};
  limit_conn untold_of_one ${untold.ofOneAccount};
${indented(toPhp)}
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
 *
 * @param clusterRanges public address ranges (CIDR) in which the ingress controller may be.
 */
export function nextcloudProxy(clusterRanges: readonly string[] = []): string {
  return proxyConfig({ robots: "noindex", bodyLimitGiB: uploadLimitGiB, clusterRanges, http, server });
}
