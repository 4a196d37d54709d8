"""Prints what an association takes along: its orders as a table (RFC 4180), or everything as pretix's own JSON.

usage: export.py orders|events <id of the association>
"""
import csv
import io
import json
import sys

from commune_pretix import start

start()

from django_scopes import scope, scopes_disabled  # noqa: E402
from pretix.base.exporters.json import JSONExporter  # noqa: E402
from pretix.base.i18n import language  # noqa: E402
from pretix.base.models import Organizer  # noqa: E402
from pretix.base.models.orders import OrderPayment, OrderPosition  # noqa: E402

HEADINGS = [
    "événement", "début", "commande", "passée le", "état", "adresse", "billet", "participant", "adresse du participant",
    "prix", "annulé", "présent", "payée le", "par",
]


def cell(value):
    text = "" if value is None else str(value)
    # What begins so is a formula to a spreadsheet.
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def paid(order):
    """On which day an order was paid in whole, and how; nothing of one that was not."""
    payment = order.payments.filter(state=OrderPayment.PAYMENT_STATE_CONFIRMED).order_by("payment_date").last()
    if payment is None:
        return "", ""
    provider = payment.payment_provider
    day = payment.payment_date.astimezone(order.event.timezone).strftime("%Y-%m-%d")
    return day, provider.public_name if provider else payment.provider


def orders(organizer, out):
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(HEADINGS)
    for event in organizer.events.order_by("date_from", "pk"):
        zone = event.timezone
        positions = OrderPosition.all.filter(order__event=event).select_related("order", "item", "variation")
        for each in positions.order_by("order__datetime", "positionid"):
            order = each.order
            table.writerow(
                cell(value)
                for value in (
                    event.name,
                    event.date_from.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                    f"{order.code}-{each.positionid}",
                    order.datetime.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                    order.get_status_display(),
                    order.email,
                    f"{each.item}, {each.variation}" if each.variation else each.item,
                    each.attendee_name,
                    each.attendee_email,
                    each.price,
                    "oui" if each.canceled else "",
                    "oui" if each.all_checkins.filter(successful=True).exists() else "",
                    *paid(order),
                )
            )


def events(organizer, out):
    out.write("[")
    for index, event in enumerate(organizer.events.order_by("date_from", "pk")):
        _name, _kind, text = JSONExporter(event, organizer).render({})
        out.write("," if index else "")
        out.write(json.dumps(json.loads(text), ensure_ascii=False, indent=1))
    out.write("]\n")


def main():
    what, slug = sys.argv[1:]
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    with scopes_disabled():
        organizer = Organizer.objects.get(slug=slug)
    with scope(organizer=organizer), language("fr"):
        {"orders": orders, "events": events}[what](organizer, out)
    out.flush()


if __name__ == "__main__":
    main()
