import { visitorMap } from "../exposure/visitor.ts";
import { resetPath } from "./letters.ts";

/** Port on which the login's front answers the ingress controller, and the one on which fronts of associations ask. */
export const portalPort = 8080;
export const checkPort = 8081;

/** Port of LemonLDAP::NG, on the pod's own loopback: whoever reaches it chooses which file it runs. */
const engine = "127.0.0.1:9000";

const htdocs = "/usr/share/lemonldap-ng/portal/htdocs";

/**
 * nginx before LemonLDAP::NG, in the same pod. What LemonLDAP::NG runs is said here and by nobody else: `LLTYPE` and
 * `SCRIPT_FILENAME` choose the code. Source: llng-fastcgi-server of 2.21.2.
 */
export const frontConfiguration = `pid /tmp/nginx.pid;
worker_processes 1;
daemon off;
error_log /dev/stderr warn;

events { worker_connections 1024; }

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  # Addresses and names of people stay out of the logs.
  access_log off;
  sendfile on;
  keepalive_timeout 65;
  server_tokens off;

  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  fastcgi_buffer_size 32k;
  fastcgi_buffers 16 16k;

  # The address of a visitor, as the ingress controller saw it; nothing else can reach that port.
  set_real_ip_from 10.0.0.0/8;
  set_real_ip_from 100.64.0.0/10;
  set_real_ip_from 172.16.0.0/12;
  set_real_ip_from 192.168.0.0/16;
  set_real_ip_from fc00::/7;
  real_ip_header X-Forwarded-For;
  real_ip_recursive on;

  # Tries of passwords: those of one address, which a whole town hall may come from in the morning. What protects one
  # person's password is the login itself, which locks a name after three wrong ones.
  ${visitorMap.replaceAll("\n", "\n  ")}
  map $request_method $tries { POST $visitor; default ""; }
  limit_req_zone $tries zone=tries:1m rate=120r/m;
  # Letters with a link, for which somebody only has to know an address.
  limit_req_zone $tries zone=letters:1m rate=3r/m;
  limit_req_zone $visitor zone=visitors:1m rate=20r/s;
  limit_req_status 429;

  server {
    listen ${portalPort};
    listen [::]:${portalPort};
    server_name _;
    absolute_redirect off;
    client_max_body_size 256k;
    limit_req zone=visitors burst=300 nodelay;

    add_header Strict-Transport-Security "max-age=15552000" always;
    add_header Referrer-Policy "same-origin" always;
    add_header X-Robots-Tag "noindex, nofollow" always;

    location /static/ { alias ${htdocs}/static/; }
    location /javascript/ { alias /usr/share/javascript/; }
    location = /oauth2/token { include /etc/login/engine.conf; }
    location = /oauth2/userinfo { include /etc/login/engine.conf; }
    location = ${resetPath} {
      limit_req zone=letters burst=10 nodelay;
      limit_req zone=visitors burst=300 nodelay;
      include /etc/login/engine.conf;
    }
    # Interfaces for other servers, of which there are none.
    location ~ ^/(adminSessions|proxy|sessions|config|notifications?|mysession)(/|$) { return 404; }
    location / {
      limit_req zone=tries burst=60 nodelay;
      limit_req zone=visitors burst=300 nodelay;
      include /etc/login/engine.conf;
    }
  }

  server {
    listen ${checkPort};
    listen [::]:${checkPort};
    server_name _;
    location = /check {
      include /etc/nginx/fastcgi_params;
      fastcgi_pass_request_body off;
      fastcgi_param CONTENT_LENGTH "";
      fastcgi_param LLTYPE handler;
      fastcgi_param HTTPS on;
      fastcgi_param HTTP_HOST $http_x_sso_host;
      fastcgi_param X_ORIGINAL_URI $http_x_sso_uri;
      fastcgi_param REQUEST_METHOD GET;
      fastcgi_pass ${engine};
    }
    location / { return 404; }
  }
}
`;

/** What leads to the portal: the same for every path. */
export const engineConfiguration = `include /etc/nginx/fastcgi_params;
fastcgi_param LLTYPE psgi;
fastcgi_param SCRIPT_FILENAME ${htdocs}/index.psgi;
fastcgi_param SCRIPT_NAME "";
fastcgi_param PATH_INFO $uri;
fastcgi_param HTTPS on;
fastcgi_param HTTP_HOST $host;
fastcgi_param UNIQUE_ID $request_id;
fastcgi_pass ${engine};
`;
