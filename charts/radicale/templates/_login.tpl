{{/*
The front where the commune's login says who asks in a browser. Telephones know no pages to log in on: they come without the
login's cookie, and with a password that Radicale compares.
*/}}
{{- define "radicale.gated" -}}
{{ include "gate.server" .Values }}
# Says that Radicale answers, and nothing else.
location = /_ready {
  auth_request off;
  {{- include "gate.nobody" "8081/.web/" | nindent 2 }}
}
location = /_out {
  auth_request off;
  add_header Set-Cookie "{{ .Values.login.cookie }}=; Path=/; Max-Age=0; Secure; HttpOnly" always;
  return 302 {{ .Values.login.logout }};
}
location ^~ /.web {
  {{- include "gate.closed" . | nindent 2 }}
  # Whose page it is stands in it.
  expires -1;
  {{- include "gate.person" 8081 | nindent 2 }}
}
location / {
  {{- include "gate.open" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/* The account of who asks in a browser, with its own password: what the front says, which had it from the commune's login. */}}
{{- define "radicale.external" }}
    def get_external_login(self, environ):
        roles = {"admins": "bureau", "members": "membres"}
        login = roles.get(environ.get("HTTP_AUTH_ROLE", ""), "")
        if not environ.get("HTTP_AUTH_USER") or login not in ACCOUNTS:
            return ()
        return login, kept_of(login)
{{ end }}

{{/* Radicale's page asks for a name and a password by a script of its own: who is known already is shown what is theirs. */}}
{{- define "radicale.web" -}}
from radicale.web import internal

SCRIPT = """<script>
addEventListener("load", () => {
  const form = document.querySelector("#loginscene [data-name=form]");
  form.querySelector("[data-name=user]").value = "%s";
  form.onsubmit();
});
addEventListener("click", (event) => {
  if (!event.target.closest("[data-name=logout]")) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  location.href = "/_out";
}, true);
</script></body>"""


class Web(internal.Web):
    def get(self, environ, base_prefix, path, user):
        status, headers, answer = super().get(environ, base_prefix, path, user)
        # No other names than those of its two accounts.
        if user in ("bureau", "membres") and headers.get("Content-Type", "").startswith("text/html"):
            answer = answer.replace(b"</body>", (SCRIPT % user).encode())
        return status, headers, answer
{{ end }}
