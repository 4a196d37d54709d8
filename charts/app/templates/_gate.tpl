{{/*
The commune's login says, inside the cluster, who a visitor is. What it says goes to the application in headers that are set here
for each request, so that nobody's own ever arrive; the login's cookie stays here.
*/}}
{{- define "gate.server" -}}
set $asked $request_uri;
set $cookies $http_cookie;
if ($cookies ~ "^(.*; ?|){{ .login.cookie }}=[^;]*(?:; ?|$)(.*)$") { set $cookies $1$2; }
auth_request_set $login_location $upstream_http_location;
auth_request_set $login_cookie $upstream_http_set_cookie;
auth_request_set $person $upstream_http_auth_user;
auth_request_set $person_name $upstream_http_auth_name;
auth_request_set $person_mail $upstream_http_auth_mail;
auth_request_set $person_role $upstream_http_auth_role;

# Asked where a person must be known: no with the way to the login (401), or with a reason (403).
location = /_login {
  internal;
  auth_request off;
  {{- include "gate.ask" . | nindent 2 }}
}
# Asked where everybody reads: nobody is asked about who has not come from the login, or while it does not answer.
location = /_person {
  internal;
  auth_request off;
  if ($http_cookie !~ "(^|; ?){{ .login.cookie }}=") { return 204; }
  {{- include "gate.ask" . | nindent 2 }}
}
location @login {
  auth_request off;
  add_header Set-Cookie $login_cookie always;
  add_header Cache-Control no-store always;
  return 302 $login_location;
}
location @refused {
  auth_request off;
  default_type "text/html; charset=utf-8";
  return 403 '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>Page réservée</title><h1>Page réservée</h1><p>Vous êtes connecté, et cette page est réservée à d’autres personnes. Si vous pensez y avoir droit, écrivez à l’association.</p><p><a href="{{ .login.logout }}">Se déconnecter</a></p></html>';
}
location @unanswered {
  auth_request off;
  default_type "text/html; charset=utf-8";
  add_header Retry-After 30 always;
  return 503 '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>La connexion ne répond pas</title><h1>La connexion ne répond pas</h1><p>Cette page demande de savoir qui vous êtes, et la connexion de la commune ne répond pas. Réessayez dans un instant.</p></html>';
}
location @anybody {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
{{- end }}

{{- define "gate.ask" -}}
proxy_pass {{ .login.check | quote }};
proxy_pass_request_body off;
proxy_set_header Content-Length "";
proxy_set_header X-Sso-Host {{ .host }};
proxy_set_header X-Sso-Uri $asked;
proxy_connect_timeout 3s;
proxy_read_timeout 15s;
{{- end }}

{{/* No answer without a person who may log in. */}}
{{- define "gate.closed" -}}
auth_request /_login;
error_page 401 = @login;
error_page 403 = @refused;
error_page 500 = @unanswered;
{{- end }}

{{/* An answer for everybody, which is told who asks where that is somebody who may log in. */}}
{{- define "gate.open" -}}
auth_request /_person;
error_page 401 403 500 = @anybody;
{{- end }}

{{/* Headers towards an application, with who asks. */}}
{{- define "gate.person" -}}
{{ include "app.proxy" . }}
proxy_set_header Cookie $cookies;
proxy_set_header Auth-User $person;
proxy_set_header Auth-Name $person_name;
proxy_set_header Auth-Mail $person_mail;
proxy_set_header Auth-Role $person_role;
{{- end }}

{{/* The same, and nobody asks. */}}
{{- define "gate.nobody" -}}
{{ include "app.proxy" . }}
proxy_set_header Cookie $cookies;
proxy_set_header Auth-User "";
proxy_set_header Auth-Name "";
proxy_set_header Auth-Mail "";
proxy_set_header Auth-Role "";
{{- end }}
