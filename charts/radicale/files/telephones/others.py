# Where people of the commune give each telephone a password of its own, which opens this agenda alone. Whose it is is asked
# inside the cluster, with a key that is this association's. A person is the board or the members here, as in a browser.
import hashlib
import time
from urllib import parse, request

ROLES = {"admins": "bureau", "members": "membres"}
# A telephone asks many times in a row. Seconds: whoever lost theirs loses it that much later.
KEPT_FOR = 30
OPENER = request.build_opener(request.ProxyHandler({}))
kept = {}


def role_of(login, password):
    with open("/run/secrets/devices/@devices.key@", encoding="utf-8") as file:
        key = file.read().strip()
    form = parse.urlencode({"login": login, "password": password}).encode()
    asked = request.Request("@devices.check@", form, {"Authorization": "Bearer " + key})
    # Whatever is no answer is an error here: a telephone that hears of one tries again later, and keeps its password.
    with OPENER.open(asked, timeout=5) as answer:
        return answer.read(100).decode("ascii").strip()


def account_of(login, password):
    if len(login) > 100 or len(password) > 100:
        return ""
    name = hashlib.sha256((login + "\0" + password).encode()).digest()
    now = time.monotonic()
    account, until = kept.get(name, ("", 0))
    if until > now:
        return account
    account = ROLES.get(role_of(login, password), "")
    if account not in ACCOUNTS:
        return ""
    if len(kept) >= 1000:
        kept.clear()
    kept[name] = (account, now + KEPT_FOR)
    return account
