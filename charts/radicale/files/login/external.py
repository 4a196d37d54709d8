

def external(self, environ):
    # The account of who asks in a browser, with its own password: what the front says, which had it from the commune's login.
    roles = {"admins": "bureau", "members": "membres"}
    login = roles.get(environ.get("HTTP_AUTH_ROLE", ""), "")
    if not environ.get("HTTP_AUTH_USER") or login not in ACCOUNTS:
        return ()
    return login, kept_of(login)


Auth.get_external_login = external
