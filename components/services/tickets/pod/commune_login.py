"""The commune's login in pretix (OpenID Connect, code flow with PKCE), and who of an association looks after its events.

pretix comes back to its own log-in page. Who somebody is, and the groups they are in, is told by the login to pretix
itself, over TLS. A group decides at each log-in, and pretix ends a session after twelve hours.
Source: src/pretix/base/auth.py and src/pretix/control/views/auth.py of v2026.8.0.
"""
import base64
import hashlib
import json
import logging
import os
import secrets
import time
import urllib.parse
import urllib.request

from commune_pretix import declared
from django.contrib import messages
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from pretix.base.auth import BaseAuthBackend
from pretix.settings import SITE_URL, config

logger = logging.getLogger(__name__)

SESSION = "commune_login"
TEAM = "Responsables"
TIMEOUT = 10


def asked(address, fields=None, headers=None):
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(address, data=data, headers={"Accept": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        return json.load(answer)


def provider():
    """Where the login answers, as it says itself."""
    known = cache.get("commune_login_provider")
    if known is None:
        known = asked(config.get("commune", "discovery"))
        cache.set("commune_login_provider", known, 600)
    return known


def secret():
    with open(os.environ["IDENTITY_SECRET_FILE"], encoding="utf-8") as file:
        return file.read().strip()


def keep_teams(user, groups):
    """Only the teams that are the toolkit's: whom an association adds to another of its own is its business."""
    from django_scopes import scopes_disabled
    from pretix.base.models import Team

    with scopes_disabled():
        allowed = [each["slug"] for each in declared()["organisers"] if each["admins"] in groups and not each["closed"]]
        for team in Team.objects.filter(name=TEAM, organizer__slug__in=allowed).exclude(members=user):
            team.members.add(user)
        for team in user.teams.exclude(organizer__slug__in=allowed):
            team.members.remove(user)


def keep_account(person):
    """An account with a password, of the time before the commune had a login, goes on as its person's: the directory says whose address it is."""
    from pretix.base.models import User

    if User.objects.filter(auth_backend=CommuneLogin.identifier, auth_backend_identifier=person["sub"]).exists():
        return
    User.objects.filter(auth_backend="native", email__iexact=person["email"]).update(
        auth_backend=CommuneLogin.identifier, auth_backend_identifier=person["sub"], is_active=True
    )


class CommuneLogin(BaseAuthBackend):
    identifier = "commune"

    @property
    def verbose_name(self):
        return config.get("commune", "title")

    def redirect_uri(self):
        return SITE_URL + reverse("control:auth.login")

    def authentication_url(self, request):
        if request.user.is_authenticated:
            return None
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        state = secrets.token_urlsafe(24)
        request.session[SESSION] = {
            "state": state,
            "verifier": verifier,
            "since": int(time.time()),
            "next": request.GET.get("next"),
        }
        try:
            authorize = provider()["authorization_endpoint"]
        except (OSError, ValueError, KeyError):
            logger.exception("the login does not answer")
            return None
        return authorize + "?" + urllib.parse.urlencode(
            {
                "response_type": "code",
                "client_id": config.get("commune", "client"),
                "redirect_uri": self.redirect_uri(),
                "scope": "openid profile email groups",
                "state": state,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )

    def get_next_url(self, request):
        return request.session.pop("commune_login_next", None) or super().get_next_url(request)

    def request_authenticate(self, request):
        code = request.GET.get("code")
        if request.method != "GET" or code is None:
            return None
        begun = request.session.pop(SESSION, None)
        if (
            begun is None
            or not secrets.compare_digest(begun["state"], request.GET.get("state", ""))
            or begun["since"] < time.time() - 600
        ):
            return None
        try:
            person = self.person(code, begun["verifier"])
            return self.user(request, person, begun["next"])
        except (OSError, ValueError, KeyError):
            logger.exception("the login did not say who somebody is")
            messages.error(request, _("We were unable to log you in."))
            return None

    def person(self, code, verifier):
        known = provider()
        client = config.get("commune", "client")
        words = ":".join(urllib.parse.quote(word, safe="") for word in (client, secret()))
        tokens = asked(
            known["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.redirect_uri(),
                "code_verifier": verifier,
            },
            {"Authorization": "Basic " + base64.b64encode(words.encode()).decode()},
        )
        return asked(known["userinfo_endpoint"], headers={"Authorization": "Bearer " + tokens["access_token"]})

    def user(self, request, person, next_url):
        from pretix.base.models import User
        from pretix.base.models.auth import EmailAddressTakenError

        groups = person.get("groups") or []
        keep_account(person)
        try:
            user = User.objects.get_or_create_for_backend(
                self.identifier,
                person["sub"],
                person["email"],
                set_always={"fullname": person.get("name") or person["sub"], "is_staff": False},
                set_on_creation={"locale": "fr", "timezone": "Europe/Paris"},
            )
        except EmailAddressTakenError:
            messages.error(request, "Un autre compte de la billetterie a déjà votre adresse.")
            return None
        keep_teams(user, groups if isinstance(groups, list) else [groups])
        if next_url:
            request.session["commune_login_next"] = next_url
        return user
