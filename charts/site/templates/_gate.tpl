{{/*
The commune's login is asked before each answer, inside the cluster: may this visitor come in? It says no with the way to the
login (401), or with a reason (403). The cookie that it sets is of this name alone, and no page of the site is kept by others.
*/}}
{{- define "site.gate" -}}
set $asked $request_uri;
auth_request /_login;
auth_request_set $login_location $upstream_http_location;
auth_request_set $login_cookie $upstream_http_set_cookie;
error_page 401 = @login;
error_page 403 = @refused;
expires -1;

location = /_login {
  internal;
  auth_request off;
  proxy_pass {{ .login.check | quote }};
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header X-Sso-Host {{ .host }};
  proxy_set_header X-Sso-Uri $asked;
}
location @login {
  auth_request off;
  add_header Set-Cookie $login_cookie always;
  return 302 $login_location;
}
location @refused {
  auth_request off;
  default_type "text/html; charset=utf-8";
  return 403 '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>Page réservée</title><h1>Page réservée</h1><p>Vous êtes connecté, et cette page est réservée à d’autres personnes. Si vous pensez y avoir droit, écrivez à l’association.</p></html>';
}
# Says that nginx is there, and nothing else.
location = /_ready { auth_request off; return 204; }
{{- end }}
