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
