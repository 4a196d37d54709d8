import hmac

from radicale import auth

# Accounts are those whose passwords are mounted; they are read at each login, so that another password counts at once.
ACCOUNTS = {"bureau": "/run/secrets/admin/@admin.key@"}
# @include membres.py@


def kept_of(login):
    with open(ACCOUNTS[login], encoding="utf-8") as file:
        return file.read().rstrip("\n")


# @include others.py@


class Auth(auth.BaseAuth):
    def _login(self, login, password):
        if login not in ACCOUNTS:
            return account_of(login, password)
        return login if hmac.compare_digest(kept_of(login).encode(), password.encode()) else ""
# @include external.py@
