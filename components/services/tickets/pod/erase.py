"""Removes what is left of an association that is gone: its organiser with events, orders and files, and whoever looked after
it alone. One that is declared is refused. Says how much there was.

usage: erase.py <id of the association>
"""
import os
import re
import shutil
import sys

from commune_pretix import closed, declared, start

start()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import ProtectedError, RestrictedError  # noqa: E402
from django.db.models.deletion import Collector  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import LogEntry, Organizer, User  # noqa: E402

# Folders of its files that have one for each organiser.
FOLDERS = ["pub", "invoices", "tickets", "cachedfiles/answers"]


def there(found):
    """Those of them that are still in the database, whole."""
    return [
        each
        for model in {type(each) for each in found}
        for each in model._base_manager.filter(pk__in=[each.pk for each in found if type(each) is model])
    ]


def gone(row):
    # Not by the model's own method, which looks at what is gone already.
    collector = Collector(using="default", origin=row)
    collector.collect([row])
    return collector.delete()[0]


def removed(found, depth=0):
    """Deletes these rows, and before them those that pretix wants to be deleted first: they are of the same organiser."""
    if depth > 40:
        raise RuntimeError("rows that hold each other")
    rows = 0
    while True:
        try:
            with transaction.atomic():
                return rows + sum(gone(each) for each in there(found))
        except (ProtectedError, RestrictedError) as error:
            first = getattr(error, "protected_objects", None) or error.restricted_objects
            rows += removed(list(first), depth + 1)


def main():
    (slug,) = sys.argv[1:]
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", slug):
        raise SystemExit("usage: erase.py <id>")
    if slug in [each["slug"] for each in declared()["organisers"]]:
        raise SystemExit(f"{slug}: its ticketing is declared still")
    rows = files = 0
    with scopes_disabled():
        organizer = Organizer.objects.filter(slug=slug).first()
        if organizer is not None:
            with transaction.atomic():
                rows += LogEntry.objects.filter(organizer=organizer).delete()[0]
                rows += removed(list(organizer.events.all()))
                rows += removed([organizer])
                others = [user for each in Organizer.objects.all() for _team, user in closed(each, "members")]
                for user in User.objects.filter(teams=None, is_staff=False).exclude(pk__in=others):
                    # What they did for another organiser names them still; that they logged in does not.
                    if not LogEntry.objects.filter(user=user, organizer__isnull=False).exists():
                        rows += removed([user])
    for folder in FOLDERS:
        path = os.path.join(settings.MEDIA_ROOT, folder, slug)
        files += sum(len(names) for _folder, _folders, names in os.walk(path))
        shutil.rmtree(path, ignore_errors=True)
    print(f"{rows} rows, {files} files")


if __name__ == "__main__":
    main()
