"""pretix and its database, for the programs beside it."""
import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "production_settings")

FOLDER = os.path.dirname(os.path.abspath(__file__))


def start():
    """Loads pretix; its models can be imported from then on."""
    import django

    django.setup()


def declared():
    """What the commune declares: its mailbox, and who sells."""
    with open(os.path.join(FOLDER, "organisers.json"), encoding="utf-8") as file:
        return json.load(file)
