"""Before pretix starts: its database in this version, and an organiser for each association that is declared.

Run at each start, and safe to. An association that is declared no more, or is suspended, sells nothing and nobody looks
after its events; what it has stays, and is open again when it is declared again.
"""
import os
import sys
import time

from commune_pretix import declared, start

start()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix import __version__ as VERSION  # noqa: E402
from pretix.base.models import Organizer, Team, User  # noqa: E402
from pretix.base.settings import GlobalSettingsObject  # noqa: E402

TEAM = "Responsables"
CLOSED = "commune_closed_events"
PASSWORD = "commune_account_password"

# A commune sells for others, so that the terms of the AGPL count: each page leads to the source.
LICENCE = {
    "base_changes": "no",
    "usage": "saas",
    "base_license": "agpl",
    "source_notice": f"pretix {VERSION}: https://github.com/pretix/pretix/tree/v{VERSION}",
}


def reached():
    """A network policy takes a moment to reach a node."""
    for attempt in range(60):
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if attempt == 59:
                raise
            time.sleep(1)


def close(organizer):
    live = [event.pk for event in organizer.events.filter(live=True)]
    if live:
        known = organizer.settings.get(CLOSED, as_type=list) or []
        organizer.settings.set(CLOSED, sorted({*known, *live}))
        organizer.events.filter(pk__in=live).update(live=False)
    for team in organizer.teams.all():
        team.members.clear()
        team.tokens.filter(active=True).update(active=False)


def open_again(organizer):
    closed = organizer.settings.get(CLOSED, as_type=list)
    if closed:
        organizer.events.filter(pk__in=closed).update(live=True)
        organizer.settings.delete(CLOSED)


def keep(declaration):
    organizer, made = Organizer.objects.get_or_create(
        slug=declaration["slug"], defaults={"name": declaration["name"]}
    )
    if organizer.name != declaration["name"]:
        organizer.name = declaration["name"]
        organizer.save(update_fields=["name"])
    if made:
        organizer.settings.locales = ["fr"]
        organizer.settings.locale = "fr"
        organizer.settings.region = "FR"
        organizer.settings.timezone = "Europe/Paris"
        organizer.settings.contact_mail = declaration["contact"]
    Team.objects.update_or_create(
        organizer=organizer,
        name=TEAM,
        defaults={
            "all_events": True,
            "all_event_permissions": True,
            "all_organizer_permissions": True,
        },
    )
    if declaration["closed"]:
        close(organizer)
    else:
        open_again(organizer)


def keep_account(contact):
    """The commune's own account, where nobody logs in with its login. Whoever changed the password keeps theirs."""
    settings = GlobalSettingsObject().settings
    label = os.environ.get("ACCOUNT_LABEL")
    accounts = User.objects.filter(auth_backend="native")
    if label is None:
        # The login alone counts: nobody gets in by a password.
        accounts.filter(is_active=True).update(is_active=False)
        settings.delete(PASSWORD)
        return
    if settings.get(PASSWORD) == label:
        return
    with open(os.environ["ACCOUNT_PASSWORD_FILE"], encoding="utf-8") as file:
        password = file.read().strip()
    account = accounts.filter(email__iexact=contact).first() or User(email=contact, auth_backend="native")
    account.is_active = account.is_staff = True
    account.set_password(password)
    account.save()
    settings.set(PASSWORD, label)


def main():
    reached()
    call_command("migrate", interactive=False, verbosity=0)
    known = declared()
    with scopes_disabled(), transaction.atomic():
        settings = GlobalSettingsObject().settings
        # Nothing is asked of pretix.eu, and nobody is asked to agree to that.
        settings.set("update_check_perform", False)
        settings.set("update_check_ack", True)
        settings.set("license_check_input", LICENCE)
        settings.set("license_check_completed", now())
        for declaration in known["organisers"]:
            keep(declaration)
        slugs = [declaration["slug"] for declaration in known["organisers"]]
        for organizer in Organizer.objects.exclude(slug__in=slugs):
            close(organizer)
        # Its first migration makes an account with a password that everybody knows.
        User.objects.filter(email="admin@localhost").delete()
        keep_account(known["contact"])


if __name__ == "__main__":
    main()
    sys.exit(0)
