{{/* The front where the commune's login says who asks. No password is taken here, so that no tries of them are counted. */}}
{{- define "spip.gated" -}}
{{ include "gate.server" .Values }}
# Says that SPIP answers, and nothing else.
location = /_ready {
  auth_request off;
  {{- include "gate.nobody" "8081/spip.php?commune-health" | nindent 2 }}
}
# The look, the same for everybody.
location ~ ^/(prive|plugins-dist|squelettes-dist|ecrire)/.+\.(css|js|json|svg|png|gif|jpe?g|webp|ico|cur|ttf|woff2?)$ {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
location ~ ^/local/cache-(css|js)/[^/]+\.(css|js)$ {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
location = /_out {
  auth_request off;
  add_header Set-Cookie "{{ .Values.login.cookie }}=; Path=/; Max-Age=0; Secure; HttpOnly" always;
  return 302 {{ .Values.login.logout }};
}
{{- $asks := "" }}
{{- if eq .Values.access "public" }}
{{- $asks = include "gate.open" . }}
location ^~ /_in/ {
  internal;
  {{- include "gate.closed" . | nindent 2 }}
  rewrite ^/_in(/.*)$ $1 break;
  {{- include "gate.person" 8081 | nindent 2 }}
}
{{- else }}
{{ include "gate.closed" . }}
{{- end }}
location = /ecrire { return 301 /ecrire/; }
location = /ecrire/ {
  {{- if eq .Values.access "public" }}
  {{- include "gate.closed" . | nindent 2 }}
  {{- end }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location ~ ^/(IMG|local)/ {
  location ~ \.ph { return 404; }
  {{- $asks | nindent 2 }}
  # Kept by nobody without asking again.
  expires -1;
  {{- include "gate.person" 8081 | nindent 2 }}
}
location ~ ^/(config|tmp|vendor)(/|$) { return 404; }
location ~ ^/(spip\.php|robots\.txt|favicon\.ico|sitemap\.xml|[^.]*)$ {
  if ($arg_action = logout) { rewrite ^ /_out? last; }
  {{- if eq .Values.access "public" }}
  # Who wants to log in comes back to the page, with a name.
  if ($arg_page = login) { rewrite ^(.*)$ /_in$1 last; }
  {{- end }}
  {{- $asks | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location / { return 404; }
{{- end }}

{{/*
Who asks is what the front says, which had it from the commune's login: nobody else reaches this server. SPIP's own session goes
on while it is of that person, and is nobody's without them. Source: ecrire/inc/session.php, ecrire/inc/auth.php
*/}}
{{- define "spip.person" }}
function commune_told($name) { return trim($_SERVER["HTTP_AUTH_$name"] ?? ''); }

/** The account of who asks, made or brought up to what the login says. */
function commune_account() {
  include_spip('base/abstract_sql');
  $name = commune_told('USER');
  $quoted = sql_quote($name, '', 'text');
  $row = sql_fetsel('*', 'spip_auteurs', "login=$quoted");
  $isAdmin = commune_told('ROLE') === 'admins';
  $wanted = [];
  // Who administers is the directory's to say; who writes and under which name, that of SPIP.
  if (!$row || $isAdmin !== ($row['statut'] === '0minirezo')) $wanted['statut'] = $isAdmin ? '0minirezo' : '1comite';
  if (!$row || $isAdmin !== ($row['webmestre'] === 'oui')) $wanted['webmestre'] = $isAdmin ? 'oui' : 'non';
  $mail = commune_told('MAIL');
  // An address is one account's: who had an account under another name keeps it there.
  if ($mail !== ($row['email'] ?? '')
    && !sql_countsel('spip_auteurs', 'email=' . sql_quote($mail, '', 'text') . " AND (login IS NULL OR login!=$quoted)"))
    $wanted['email'] = $mail;
  if (!$row) $wanted += ['nom' => commune_told('NAME') ?: $name, 'login' => $name];
  if (!$wanted) return $row;
  // What its plugins add to tables is not known yet.
  $described = ['field' => array_fill_keys(array_keys($wanted), 'text')];
  if ($row) sql_updateq('spip_auteurs', $wanted, "login=$quoted", $described);
  else sql_insertq('spip_auteurs', $wanted, $described);
  return sql_fetsel('*', 'spip_auteurs', "login=$quoted");
}

function commune_person() {
  $known = $GLOBALS['visiteur_session'] ?? [];
  $row = commune_account();
  if ($known && ($known['id_auteur'] ?? 0) == $row['id_auteur'] && ($known['statut'] ?? '') === $row['statut']) return;
  foreach (['inc/auth', 'inc/session'] as $each) include_spip($each);
  unset($_COOKIE['spip_session']);
  $GLOBALS['visiteur_session'] = auth_desensibiliser_session($row);
  ajouter_session($GLOBALS['visiteur_session']);
  // The page is made for them from its beginning.
  if ($_SERVER['REQUEST_METHOD'] === 'GET') commune_go($_SERVER['REQUEST_URI']);
}

/** @param to on this site, whatever it says. */
function commune_go($to) {
  $to = preg_replace('~^https://{{ .Values.host | replace "." "\\." }}(?=/|$)~', '', $to);
  header('Location: /' . ltrim($to, './\\'), true, 302);
  exit;
}
{{- end }}
