"""The book's lines as a record, and its panels on other rooms' pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.books import queries, services
from furrow.books.figures import difference, units
from furrow.books.forms import LineForm
from furrow.books.importing import BookImporter
from furrow.books.models import BookLine, Source
from furrow.books.rules import Period, days_of_stock, periods_until, sell_through
from furrow.books.search import BOOK
from furrow.catalog.models import Kind, Product
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING, money, percent
from furrow.kit.shell import Figure
from furrow.records.record import ChoiceFilter, Column, Filter, Panel, Record, View
from furrow.team.access import may
from furrow.team.models import User

SHOWN_IN_PANEL = 8


def _period(start: Any, end: Any) -> str:
    return Period(start, end).label


def _days(stock: int | None, sold: int | None, start: Any, end: Any) -> int | None:
    return days_of_stock(stock, sold, Period(start, end).days)


def _label_of(choices: type[models.TextChoices]) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, ""))


def _periods(user: User) -> list[tuple[str, str]]:
    """The last two years or half a year of weeks."""
    found = periods_until(timezone.localdate(), 26, services.cuts())
    return [(period.start.isoformat(), period.label) for period in found]


def _unequal(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.exclude(difference=0).exclude(difference=None) if "no" in values else rows


class BookRecord(Record):
    """Lines of the purchase-sales book as an everyday record."""

    name = "books"
    room = "books"
    model = BookLine
    title = _("Purchase-sales book")
    title_one = _("Line of the book")
    new_label = _("New line")
    icon = "notebook"
    order = "-start"
    columns = (
        Column(
            "period",
            pgettext_lazy("book", "Period"),
            ("start", "end"),
            show=_period,
            export=_period,
            sort="start",
            link=True,
        ),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("customer_code", _("Customer code"), ("customer__code",), default=False),
        Column("product", _("Product"), ("product__title",), phone=True),
        Column("product_code", _("Product code"), ("product__code",), default=False),
        Column("opening", _("Opening stock"), ("opening",), show=units, numeric=True),
        Column("bought", _("Bought"), ("bought",), show=units, numeric=True),
        Column("sold", _("Sold on"), ("sold",), show=units, numeric=True, phone=True),
        Column("stock", pgettext_lazy("book", "Stock"), ("stock",), show=units, numeric=True, phone=True),
        Column("difference", _("Difference"), ("difference",), show=difference, numeric=True),
        Column(
            "price",
            _("Retail price"),
            ("price",),
            show=lambda price: money(price) if price is not None else NOTHING,
            numeric=True,
        ),
        Column(
            "rate",
            _("Sell-through rate"),
            ("opening", "bought", "sold"),
            show=lambda *given: percent(sell_through(*given)),
            export=sell_through,
            numeric=True,
        ),
        Column(
            "days",
            _("Days of stock"),
            ("stock", "sold", "start", "end"),
            show=lambda *given: units(_days(*given)),
            export=_days,
            numeric=True,
        ),
        Column("owner", _("Owner"), ("customer__owner__name",), default=False),
        Column(
            "source",
            _("Source"),
            ("source",),
            show=_label_of(Source),
            export=_label_of(Source),
            default=False,
        ),
    )
    filters = (
        Filter(
            "period",
            pgettext_lazy("book", "Period"),
            _periods,
            lambda rows, values: rows.filter(start__in=values),
        ),
        ChoiceFilter("kind", _("Own or competing"), field="product__kind", choices=lambda user: Kind.choices),
        ChoiceFilter("source", _("Source"), field="source", choices=lambda user: Source.choices),
        Filter("adds", _("Adds up"), lambda user: [("no", _("No"))], _unequal),
    )
    views = (
        View(_("All"), ""),
        View(_("Does not add up"), "adds=no"),
        View(_("Competing"), "kind=competing"),
    )
    search = BOOK
    search_hint = _("Customer or product")
    form_class = LineForm
    page_fields = ("customer", "product__brand", "product__variety")
    importer = BookImporter()
    empty_title = _("Nothing in the book yet")
    empty_text = _("Paste a block from a spreadsheet into the entry grid, or import a list.")
    switch = ((_("Entry grid"), "table-plus", "books:grid"),)

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s line", "%(number)s lines", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: BookLine) -> list[str]:
        return [thing.customer.name, thing.get_source_display()]

    def create(self, *, by: Any, **values: Any) -> BookLine:
        services.save_lines([values["line"]], by=by)
        return _line_of(values["line"], by)

    def change(self, thing: BookLine, *, by: Any, **values: Any) -> BookLine:
        if values.get("version") not in (None, thing.version):
            raise services.ChangedElsewhere
        services.save_lines([values["line"]], by=by)
        return _line_of(values["line"], by)

    def delete(self, thing: BookLine, *, by: Any) -> None:
        services.delete_line(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> BookLine:
        deleted = BookLine.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_line(deleted, by=by)


def _line_of(line: services.Line, user: User) -> BookLine:
    rows = BookLine.objects.visible_to(user).select_related("product", "customer")
    return rows.get(customer_id=line.customer_id, product_id=line.product_id, start=line.period.start)


RECORD = BookRecord()


def line_panel(request: HttpRequest, line: BookLine) -> Panel:
    """One line with what follows from it."""
    row = queries.Row.of(line)
    facts = [
        (gettext("Opening stock"), units(line.opening)),
        (gettext("Bought"), units(line.bought)),
        (gettext("Sold on"), units(line.sold)),
        (gettext("Stock at the end"), units(line.stock)),
        (gettext("Retail price"), money(line.price) if line.price is not None else NOTHING),
        (gettext("Unit"), line.product.unit),
    ]
    stats = (
        Figure(
            gettext("Sell-through rate"),
            percent(row.sell_through) if row.sell_through is not None else NOTHING,
        ),
        Figure(gettext("Days of stock"), units(row.days_of_stock)),
        Figure(gettext("Difference"), difference(line.difference) or NOTHING),
    )
    return Panel(
        "line", gettext("Line of the book"), "books/_line.html", {"facts": facts, "line": line}, stats=stats
    )


def book_panel(request: HttpRequest, customer: Customer) -> list[Panel]:
    """On a customer's page: the book in sum, brands and varieties carried (group 7), retail price movements (group 10)."""
    user: Any = request.user
    if not may(user, "books.view"):
        return []
    told = queries.summary(customer)
    context = {"customer": customer, "summary": told, "rows": told.rows[:SHOWN_IN_PANEL] if told else []}
    panels = [Panel("book", gettext("Purchase-sales book"), "books/_summary.html", context, order=45)]
    if told:
        panels.append(
            Panel(
                "carried",
                gettext("Brands and varieties carried"),
                "books/_carried.html",
                context,
                wide=False,
                order=46,
            )
        )
    if told and told.moves:
        panels.append(
            Panel(
                "moves", gettext("Retail price movements"), "books/_moves.html", context, wide=False, order=47
            )
        )
    return panels


def product_panel(request: HttpRequest, product: Product) -> Panel | None:
    """On a product's page: who carries it, latest lines first."""
    user: Any = request.user
    if not may(user, "books.view"):
        return None
    lines = (
        BookLine.objects.visible_to(user)
        .filter(product=product)
        .select_related("customer")
        .order_by("-start")
    )
    rows = [queries.Row.of(line) for line in lines[:SHOWN_IN_PANEL]]
    return (
        Panel("book", gettext("Purchase-sales book"), "books/_carriers.html", {"rows": rows}, order=30)
        if rows
        else None
    )


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: each period of the book, when its first line was entered."""
    if not may(user, "books.view"):
        return []
    book = reverse("books:customer", args=[customer.pk])
    return [
        Event(at, pk, "notebook", gettext("Purchase-sales book"), text=period, url=f"{book}?period={period}")
        for at, pk, start, end in _EVENTS.of(customer, user, window, limit)
        for period in [_period(start, end)]
    ]


_EVENTS = TimelineRead(
    lambda user: BookLine.objects.visible_to(user).first_of_their_period(),
    *("start", "end"),
    at="created_at",
)
