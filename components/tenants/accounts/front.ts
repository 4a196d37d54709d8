import { proxyConfig, proxyHeaders } from "../../platform/exposure/sidecar-proxy.ts";
import { visitorMap } from "../../platform/exposure/visitor.ts";
import { checkAddress } from "../../platform/login/manifests.ts";
import { devicesPort } from "../applications/telephones.ts";
import type { AccountsPlan } from "./plan.ts";
import { accountsPort, devicesProgramPort, invitationPath } from "./settings.ts";

const said = (status: number, title: string, text: string) =>
  `return ${status} '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>';`;

/**
 * nginx before the program. It asks the commune's login who somebody is before each answer, and says so in a header that is
 * set here for each request: nobody's own arrives. The login's cookie stays here.
 *
 * Agendas of associations ask on a port of its own, which the ingress controller does not reach, and which leads to nothing
 * else. One that asks without end has few connections and questions; its address is that of its pod, whatever it says.
 */
export function accountsFront({ commune, host }: Pick<AccountsPlan, "commune" | "host">): string {
  return proxyConfig({
    ...{ robots: "noindex", bodyLimitGiB: 1 },
    http: `# What one visitor sends, and what they read.
${visitorMap}
map $request_method $posts { POST $visitor; default ""; }
limit_req_zone $posts zone=posts:1m rate=30r/m;
limit_req_zone $visitor zone=visitors:1m rate=5r/s;
limit_req_status 429;
upstream program { server 127.0.0.1:${accountsPort}; }

# What one agenda asks.
limit_conn_zone $realip_remote_addr zone=asking:1m;
limit_req_zone $realip_remote_addr zone=agendas:1m rate=10r/s;
limit_conn_status 429;
server {
  listen ${devicesPort};
  listen [::]:${devicesPort};
  client_max_body_size 4k;
  limit_conn asking 10;
  limit_req zone=agendas burst=40 nodelay;
  location = /check { proxy_pass http://127.0.0.1:${devicesProgramPort}; }
  location / { return 404; }
}
`,
    server: `limit_req zone=posts burst=20 nodelay;
limit_req zone=visitors burst=50 nodelay;
${proxyHeaders}
# The login's cookie is nothing to the program.
proxy_set_header Cookie "";
proxy_set_header Auth-User "";

location = /healthz { proxy_pass http://program; }
# Who is invited may have no account yet.
location = ${invitationPath} {
  client_max_body_size 32k;
  proxy_pass http://program;
}
location / {
  client_max_body_size 32k;
  set $asked $request_uri;
  auth_request /_login;
  auth_request_set $person $upstream_http_auth_user;
  auth_request_set $login_location $upstream_http_location;
  auth_request_set $login_cookie $upstream_http_set_cookie;
  error_page 401 = @login;
  error_page 403 = @refused;
  error_page 500 = @unanswered;
  ${proxyHeaders.replaceAll("\n", "\n  ")}
  proxy_set_header Cookie "";
  proxy_set_header Auth-User $person;
  proxy_pass http://program;
}
location = /_login {
  internal;
  proxy_pass "${checkAddress({ commune })}";
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header Cookie $http_cookie;
  proxy_set_header X-Sso-Host ${host};
  proxy_set_header X-Sso-Uri $asked;
  proxy_connect_timeout 3s;
  proxy_read_timeout 15s;
}
location @login {
  add_header Set-Cookie $login_cookie always;
  add_header Cache-Control no-store always;
  return 302 $login_location;
}
location @refused {
  default_type "text/html; charset=utf-8";
  ${said(403, "Page réservée", "Vous êtes connecté, et cette page est réservée à d’autres personnes.")}
}
location @unanswered {
  default_type "text/html; charset=utf-8";
  add_header Retry-After 30 always;
  ${said(503, "La connexion ne répond pas", "Cette page demande de savoir qui vous êtes, et la connexion de la commune ne répond pas. Réessayez dans un instant.")}
}
`,
  });
}
