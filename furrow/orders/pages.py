"""Orders, deliveries and price lists as everyday records, and what this room shows on a customer's page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import ChannelType, Customer
from furrow.customers.timeline import Event, Source, TimelineRead, Window
from furrow.kit.figures import NOTHING, money, number
from furrow.kit.figures import day as day_text
from furrow.kit.marks import tag
from furrow.kit.shell import Figure
from furrow.orders import prices, queries
from furrow.orders.forms import OrderForm, PriceListForm
from furrow.orders.importing import OrderImporter
from furrow.orders.models import Delivery, DeliveryKind, Kind, Order, PriceList, Status
from furrow.orders.services import waiting_release
from furrow.receivables.capitals import in_capitals
from furrow.receivables.search import OfCustomerIndex
from furrow.receivables.words import kept_words
from furrow.records.record import ChoiceFilter, Column, Panel, Record, View
from furrow.team.access import may
from furrow.team.models import User

SHOWN = 8
MARKS = {Status.HELD: ("bad", "lock"), Status.CONFIRMED: ("ok", "check"), Status.DONE: ("", "truck-delivery")}


def status_tag(status: str) -> str:
    """The state of an order, word and icon."""
    kind, icon = MARKS.get(Status(status), ("", ""))
    return tag(str(Status(status).label), kind, icon)


def amount(value: Any) -> str:
    return money(value) if value else NOTHING


class PapersRecord(Record):
    """Papers that are cancelled or returned, never deleted."""

    room = "orders"

    def right(self, verb: str) -> str:
        return {"delete": "orders.change", "import": "orders.add"}.get(verb, super().right(verb))

    def context(self, request: HttpRequest, thing: Any) -> dict[str, Any]:
        return {"delete": ""}

    def delete(self, thing: Any, *, by: Any) -> None:
        raise ValidationError(gettext("Papers are never deleted. Cancel the order instead."))


class OrderRecord(PapersRecord):
    """Quotations and orders."""

    name = "orders"
    model = Order
    title = _("Orders")
    title_one = _("Order")
    new_label = _("New order")
    icon = "clipboard-list"
    order = "-day"
    columns = (
        Column("number", _("Number"), ("number",), link=True),
        Column("kind", pgettext_lazy("order", "Kind"), ("kind",), show=lambda kind: str(Kind(kind).label), export=lambda kind: str(Kind(kind).label), default=False),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("day", _("Date"), ("day",), show=day_text, sort="day"),
        Column("status", _("State"), ("status",), show=status_tag, export=lambda status: str(Status(status).label), phone=True),
        Column("gross", _("Amount with tax"), ("gross",), show=money, numeric=True, phone=True),
        Column("undelivered", _("Not delivered yet"), ("undelivered",), show=amount, numeric=True),
        Column("wanted", _("Wanted on"), ("wanted_on",), show=lambda on: day_text(on) if on else NOTHING),
        Column("valid_until", _("Prices valid until"), ("valid_until",), show=lambda until: day_text(until) if until else NOTHING, default=False),
        Column("hold", _("Why held"), ("hold",), show=kept_words, export=kept_words, default=False),
        Column("reference", _("Order number of the customer"), ("reference",), default=False),
        Column("owner", _("Owner"), ("customer__owner__name",), default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter("status", _("State"), field="status", choices=lambda user: Status.choices),
        ChoiceFilter("kind", pgettext_lazy("order", "Kind"), field="kind", choices=lambda user: Kind.choices),
    )
    views = (
        View(_("All"), ""),
        View(_("Held"), "status=held"),
        View(_("To deliver"), "status=confirmed"),
        View(_("Quotations"), "kind=quotation"),
    )
    search = OfCustomerIndex(Order)
    search_hint = _("Number or customer")
    form_class = OrderForm
    page_fields = ("customer__owner", "by", "came_from")
    print_template = "orders/print_order.html"
    page_template = "orders/order.html"
    importer = OrderImporter()
    empty_title = _("No orders yet")
    empty_text = _("Write the first one, or a quotation that becomes an order.")

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s order", "%(number)s orders", count) % {"number": number(count)}

    def noted(self, entry: Any) -> str:
        """Placing is noted with why the order was held."""
        return kept_words(entry.note) if entry.action == "place" else str(entry.note)

    def subtitle(self, thing: Order) -> list[str]:
        said = [thing.get_kind_display(), thing.customer.name, day_text(thing.day)]
        if thing.valid_until:
            said.append(gettext("prices valid until %(day)s") % {"day": day_text(thing.valid_until)})
        return said

    def context(self, request: HttpRequest, thing: Order) -> dict[str, Any]:
        base = super().context(request, thing)
        return base | {"lines": thing.lines.select_related("product").order_by("id"), "status_tag": status_tag(thing.status), "capitals": in_capitals(thing.gross)}  # fmt: skip


class DeliveryRecord(PapersRecord):
    """Deliveries, returns and exchanges."""

    name = "deliveries"
    model = Delivery
    title = _("Deliveries")
    title_one = _("Delivery")
    new_label = _("New order")
    icon = "truck-delivery"
    order = "-day"
    columns = (
        Column("number", _("Number"), ("number",), link=True),
        Column("kind", pgettext_lazy("delivery", "Kind"), ("kind",), show=lambda kind: str(DeliveryKind(kind).label), export=lambda kind: str(DeliveryKind(kind).label)),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("order", _("Order"), ("order__number",), phone=True),
        Column("day", _("Date"), ("day",), show=day_text, sort="day", phone=True),
        Column("gross", _("Amount with tax"), ("gross",), show=amount, numeric=True),
        Column("to_bill", _("To invoice"), ("to_bill",), show=amount, numeric=True),
        Column("driver", _("Driver"), ("driver",)),
        Column("signed_by", _("Signed by"), ("signed_by",)),
        Column("invoice", _("Invoice"), ("invoice__number",), default=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter("kind", pgettext_lazy("delivery", "Kind"), field="kind", choices=lambda user: DeliveryKind.choices),
    )  # fmt: skip
    views = (View(_("All"), ""), View(_("Returns"), "kind=return"))
    search = OfCustomerIndex(Delivery)
    search_hint = _("Number or customer")
    form_class = OrderForm
    page_fields = ("customer__owner", "order", "of", "invoice", "release__decided_by", "by")
    print_template = "orders/print_delivery.html"
    page_template = "orders/delivery.html"
    empty_title = _("Nothing was delivered yet")
    empty_text = _("Goods leave from the page of a confirmed order.")

    def right(self, verb: str) -> str:
        return "orders.add" if verb == "add" else super().right(verb)

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s delivery", "%(number)s deliveries", count) % {"number": number(count)}

    def subtitle(self, thing: Delivery) -> list[str]:
        return [thing.get_kind_display(), thing.customer.name, day_text(thing.day)]

    def context(self, request: HttpRequest, thing: Delivery) -> dict[str, Any]:
        return super().context(request, thing) | {
            "lines": thing.lines.select_related("line__product").order_by("id")
        }


class PriceListRecord(PapersRecord):
    """Price lists."""

    name = "pricelists"
    model = PriceList
    title = _("Price lists")
    title_one = _("Price list")
    new_label = _("New price list")
    icon = "tags"
    order = "-valid_from"
    columns = (
        Column("name", _("Name"), ("name",), link=True),
        Column("channel", _("Channel"), ("channel_type",), show=lambda value: str(dict(ChannelType.choices).get(value, "")) or NOTHING, phone=True),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("from", _("Valid from"), ("valid_from",), show=day_text, sort="valid_from", phone=True),
        Column("until", _("Valid until"), ("valid_until",), show=lambda on: day_text(on) if on else NOTHING),
    )  # fmt: skip
    form_class = PriceListForm
    form_template = "orders/form.html"
    page_fields = ("customer",)
    empty_title = _("No price lists yet")
    empty_text = _("Without one, orders take the list prices of the catalog.")

    def right(self, verb: str) -> str:
        return {"view": "orders.view", "export": "orders.export"}.get(verb, "orders.prices")

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s price list", "%(number)s price lists", count) % {"number": number(count)}

    def subtitle(self, thing: PriceList) -> list[str]:
        whom = thing.customer or thing.get_channel_type_display() or pgettext("price list", "Everybody")
        first, last = day_text(thing.valid_from), thing.valid_until
        if last:
            days = gettext("%(first)s to %(last)s") % {"first": first, "last": day_text(last)}
        else:
            days = gettext("from %(first)s") % {"first": first}
        return [str(whom), days]

    def create(self, *, by: Any, **values: Any) -> PriceList:
        return prices.save_price_list(None, by=by, **values)

    def change(self, thing: PriceList, *, by: Any, **values: Any) -> PriceList:
        return prices.save_price_list(thing, by=by, **values)


ORDERS, DELIVERIES, PRICE_LISTS = OrderRecord(), DeliveryRecord(), PriceListRecord()


def order_panels(request: HttpRequest, order: Order) -> list[Panel]:
    """Lines with what was delivered, the hold and its release, papers that followed."""
    lines = order.lines.select_related("product").order_by("id")
    context = {
        "order": order,
        "lines": lines,
        "discounts": any(line.discount for line in lines),
        "releases": order.releases.select_related("asked_by", "decided_by").order_by("-id"),
        "asked": waiting_release(order) if order.status == Status.HELD else None,
        "deliveries": order.deliveries.order_by("id"),
        "became": order.became.order_by("id")[:10],
        "own": order.by_id == request.user.pk,
    }
    stats = (
        Figure(gettext("Amount with tax"), money(order.gross)),
        Figure(gettext("Not delivered yet"), money(order.undelivered)),
        Figure(gettext("State"), status_tag(order.status)),
        Figure(gettext("Wanted on"), day_text(order.wanted_on) if order.wanted_on else NOTHING),
    )
    return [
        Panel("lines", gettext("Lines"), "orders/_order.html", context, stats=stats),
        Panel("papers", gettext("Papers"), "orders/_papers.html", context, wide=False),
    ]


def delivery_panels(request: HttpRequest, delivery: Delivery) -> list[Panel]:
    """Lines, signature, where it came from and what followed."""
    context = {
        "delivery": delivery,
        "lines": delivery.lines.select_related("line__product").order_by("id"),
        "came_back": delivery.came_back.order_by("id"),
    }
    stats = (
        Figure(gettext("Amount with tax"), money(delivery.gross)),
        Figure(gettext("To invoice"), money(delivery.to_bill)),
        Figure(gettext("Signed by"), delivery.signed_by or NOTHING),
    )
    return [Panel("lines", gettext("Lines"), "orders/_delivery.html", context, stats=stats)]


def price_list_panels(request: HttpRequest, price_list: PriceList) -> list[Panel]:
    """Its prices."""
    rows = price_list.lines.select_related("product").order_by(
        "product__title_order", "product", "min_quantity"
    )[:500]
    return [Panel("prices", gettext("Prices"), "orders/_prices.html", {"rows": rows})]


def customer_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """On a customer's page: its last orders and what to order next."""
    user: Any = request.user
    if not may(user, "orders.view"):
        return None
    rows = Order.objects.visible_to(user).filter(customer=customer).order_by("-day", "-id")[:SHOWN]
    shown = [(row, status_tag(row.status)) for row in rows]
    context = {"customer": customer, "rows": shown, "suggestions": queries.suggestions(customer)[:4]}
    return Panel("orders", gettext("Orders"), "orders/_customer.html", context, order=40)


def _papers(shown: Any, icon: str, kinds: type[TextChoices], page: str) -> Source:
    """A source of a customer's timeline: papers in reach, each with its kind, number and sum."""
    read = TimelineRead(shown, "kind", "by__name", "number", "gross", at="created_at")

    def events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
        if not may(user, "orders.view"):
            return []
        return [
            Event(at, pk, icon, kinds(kind).label, who=who or "", text=f"{number} {money(gross)}", url=reverse(page, args=[pk]))
            for at, pk, kind, who, number, gross in read.of(customer, user, window, limit)
        ]  # fmt: skip

    return events


order_events = _papers(Order.objects.visible_to, "clipboard-list", Kind, "orders:page")
timeline_events = _papers(Delivery.objects.visible_to, "truck-delivery", DeliveryKind, "deliveries:page")
