"""Before pretix starts: its database in this version, and an organiser for each association that is declared.

Run at each start, and safe to. An association that is declared no more, or is suspended, sells nothing and nobody looks
after its events; what it has stays, and is open again when it is declared again.
"""
import os
import sys
import time

from commune_pretix import CLOSED, closed, declared, start

start()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix import __version__ as VERSION  # noqa: E402
from pretix.base.models import Organizer, Team, TeamAPIToken, TeamInvite, User  # noqa: E402
from pretix.base.settings import GlobalSettingsObject  # noqa: E402

TEAM = "Responsables"
# What its association's file said last, in a setting of an organiser's own.
CONTACT = "commune_contact"
ACCOUNT = "commune_account"
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


def openings(organizer):
    """What lets people and programs in: rows, the field that says so, and its value while it does."""
    return {
        "events": (organizer.events, "live", True),
        "tokens": (TeamAPIToken.objects.filter(team__organizer=organizer), "active", True),
        "devices": (organizer.devices, "revoked", False),
    }


def remember(organizer, what, found):
    known = closed(organizer, what)
    added = [each for each in found if each not in known]
    if added:
        organizer.settings.set(CLOSED + what, known + added)


def close(organizer):
    for what, (rows, field, value) in openings(organizer).items():
        remember(organizer, what, rows.filter(**{field: value}).values_list("pk", flat=True))
        rows.filter(**{field: value}).update(**{field: not value})
    members = Team.members.through.objects.filter(team__organizer=organizer)
    remember(organizer, "members", [list(each) for each in members.values_list("team", "user")])
    members.delete()
    # Whoever was invited would be the only one in.
    TeamInvite.objects.filter(team__organizer=organizer).delete()


def open_again(organizer):
    for what, (rows, field, value) in openings(organizer).items():
        rows.filter(pk__in=closed(organizer, what)).update(**{field: value})
    members = closed(organizer, "members")
    for team in organizer.teams.all():
        # Where people log in with the commune's login it says at the next one who is in this team.
        if team.name != TEAM or "ACCOUNT_LABEL" in os.environ:
            team.members.add(*User.objects.filter(pk__in=[user for of, user in members if of == team.pk]))
    for what in ("members", *openings(organizer)):
        organizer.settings.delete(CLOSED + what)


def keep(declaration):
    organizer, made = Organizer.objects.get_or_create(
        slug=declaration["slug"], defaults={"name": declaration["name"]}
    )
    if organizer.name != declaration["name"]:
        if organizer.settings.mail_from_name == organizer.name:
            organizer.settings.mail_from_name = declaration["name"]
        organizer.name = declaration["name"]
        organizer.save(update_fields=["name"])
    if made:
        organizer.settings.locales = ["fr"]
        organizer.settings.locale = "fr"
        organizer.settings.region = "FR"
        organizer.settings.timezone = "Europe/Paris"
        # Letters are from the association, and not from a concert.
        organizer.settings.mail_from_name = declaration["name"]
        # Each event has these until its association says otherwise: tickets come by mail, and no address is asked for.
        organizer.settings.ticket_download = True
        organizer.settings.invoice_address_asked = False
    # Answers go where the association's file says, until the association says otherwise in pretix.
    if organizer.settings.contact_mail == organizer.settings.get(CONTACT):
        organizer.settings.contact_mail = declaration["contact"]
    organizer.settings.set(CONTACT, declaration["contact"])
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
    if label is None:
        # The login alone counts: nobody gets in by a password.
        User.objects.filter(auth_backend="native", is_active=True).update(is_active=False)
        settings.delete(PASSWORD)
        return
    for user in User.objects.filter(auth_backend="commune"):
        # The login said whose events they look after: they are asked in anew, and a letter gives them a password.
        user.teams.clear()
        user.auth_backend, user.auth_backend_identifier = "native", None
        user.save()
    former = User.objects.filter(pk=settings.get(ACCOUNT, as_type=int, default=0)).first()
    account = User.objects.filter(email__iexact=contact).first() or former or User()
    if former and former != account:
        former.is_staff = False
        former.save()
    if former != account or settings.get(PASSWORD) != label:
        with open(os.environ["ACCOUNT_PASSWORD_FILE"], encoding="utf-8") as file:
            account.set_password(file.read().strip())
    account.email = contact
    account.auth_backend = "native"
    account.is_active = account.is_staff = True
    account.save()
    settings.set(ACCOUNT, account.pk)
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
