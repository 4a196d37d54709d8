"""pretix and its database, for the programs beside it."""
import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "production_settings")

FOLDER = os.path.dirname(os.path.abspath(__file__))

# What an organiser had open when it was closed, in settings of its own: events, members, tokens, devices.
CLOSED = "commune_closed_"


def start():
    """Loads pretix; its models can be imported from then on."""
    import django

    django.setup()


def declared():
    """What the commune declares: its mailbox, and who sells."""
    with open(os.path.join(FOLDER, "organisers.json"), encoding="utf-8") as file:
        return json.load(file)


def closed(organizer, what):
    """What of a closed organiser is to be open again: keys, and for its members those of team and person."""
    return organizer.settings.get(CLOSED + what, as_type=list) or []
