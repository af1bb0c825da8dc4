"""The customer's page as a cockpit: its tabs, and each group of the card as a panel."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from furrow.customers.card.cells import Shown, rows
from furrow.customers.card.completeness import Missing
from furrow.customers.card.forms import title_of
from furrow.customers.card.groups import Group, groups_of, why_of
from furrow.customers.card.header import header_figures
from furrow.customers.card.lines import LISTS
from furrow.customers.card.reading import CardReading, Confirmed
from furrow.customers.card.tree import drawn
from furrow.customers.custom import queries as custom
from furrow.customers.models import Customer, Kind
from furrow.customers.queries import sub_dealers
from furrow.customers.timeline import events_of
from furrow.kit.figures import ago
from furrow.records.record import Later, Panel, Tab

OVERVIEW_EVENTS, MOST_TO_LEARN = 6, 4
TABS = (
    Tab("", _("Overview")),
    Tab("facts", _("Facts")),
    Tab("company", _("Company profile")),
    Tab("terms", _("Contract and settlement")),
    Tab("results", _("Results and assessment")),
    Tab("people", _("People")),
    Tab("timeline", _("Timeline")),
)


def tabs_of(customer: Customer) -> list[Tab]:
    """The tabs this kind of customer has something to show on."""
    used = {"", "facts", "timeline"} | {group.tab for group in groups_of(customer.kind)}
    return [tab for tab in TABS if tab.name in used]


def reading_of(request: HttpRequest, customer: Customer) -> CardReading:
    """The card as this request reads it, once for all its panels."""
    user: Any = request.user
    readings: dict[int, CardReading] = request.__dict__.setdefault("card_readings", {})
    return readings.setdefault(customer.pk, CardReading(customer, user))


def shown_fact(reading: CardReading, path: str) -> Shown:
    """One fact in words; also an own field."""
    label = title_of(path, reading)
    if path.startswith("custom."):
        value = reading.custom_values.get(int(path.removeprefix("custom.")))
        return reading.cells.shown(path, label, custom.shown(value), "")
    kind = "phone" if path == "phone" else "lines" if path in LISTS else ""
    return reading.cells.shown(path, label, reading.words(path), kind)


def group_panel(request: HttpRequest, customer: Customer, group: Group) -> Panel:
    """One group with its facts and when it was last confirmed."""
    reading = reading_of(request, customer)
    paths = [fact.path for fact in group.facts if fact.path not in {"name", "position"}]
    return Panel(
        f"group-{group.name}",
        group.title,
        "customers/card/_group.html",
        _group_context(reading, group.name, group.number, paths),
        order=20 + group.number,
        head="customers/card/_group_head.html",
    )


def _group_context(reading: CardReading, name: str, number: int, paths: list[str]) -> dict[str, Any]:
    confirmed: Confirmed | None = reading.confirmed.get(name)
    return {
        "customer": reading.customer,
        "name": name,
        "number": number,
        "rows": rows(shown_fact(reading, path) for path in paths),
        "confirmed": confirmed,
        "confirmed_ago": ago(confirmed.at) if confirmed else "",
    }


def basics_panel(request: HttpRequest, customer: Customer) -> Panel:
    """Group 1 on the overview, with the strip of figures below the page's head."""
    panel = group_panel(request, customer, groups_of(customer.kind)[0])
    return Panel(
        panel.name,
        panel.title,
        panel.template,
        panel.context,
        order=10,
        stats=header_figures(request, customer),
        head=panel.head,
    )


def facts_panels(request: HttpRequest, customer: Customer) -> list[Panel]:
    """The tab of facts: what the kind has of its own, the business, own fields, the tree of dealers."""
    panels = _typed(request, customer, "facts")
    reading = reading_of(request, customer)
    if reading.custom_fields:
        context = _group_context(reading, "custom", 0, [field.name for field in reading.custom_fields])
        panels.append(
            Panel(
                "group-custom",
                _("Further fields"),
                "customers/card/_group.html",
                context,
                order=19,
                head="customers/card/_group_head.html",
            )
        )
    if customer.kind == Kind.DEALER:
        rows = sub_dealers(customer, reading.user)
        panels.append(
            Panel(
                "sub-dealers",
                _("Dealers below"),
                "customers/card/_tree.html",
                {"rows": rows, "picture": drawn(customer, [(row.depth, row.customer) for row in rows])},
                wide=bool(rows),
                order=10,
            )
        )
    return panels


def company_panels(request: HttpRequest, customer: Customer) -> list[Panel]:
    """企业资料: the eight groups of a key account (P1.3)."""
    return _typed(request, customer, "company")


def terms_panels(request: HttpRequest, customer: Customer) -> list[Panel]:
    """Contract, settlement, delivery, after-sales terms."""
    return _typed(request, customer, "terms")


def _typed(request: HttpRequest, customer: Customer, tab: str) -> list[Panel]:
    return [
        group_panel(request, customer, group)
        for group in groups_of(customer.kind)[1:]
        if group.tab == tab and group.facts
    ]


def results_panels(request: HttpRequest, customer: Customer) -> list[Panel]:
    """What the books and assessments say; groups whose room is not there yet are named in one quiet list."""
    return _typed(request, customer, "results") + _computed(request, customer, "results")


def people_panels(request: HttpRequest, customer: Customer) -> list[Panel]:
    """Stakeholders, from the room of contacts."""
    return _computed(request, customer, "people")


def _computed(request: HttpRequest, customer: Customer, tab: str) -> list[Panel]:
    """Groups that other rooms fill, by settings.CARD_GROUPS: group -> `(request, customer) -> Panel | None`."""
    panels: list[Panel] = []
    waiting: list[Group] = []
    for group in groups_of(customer.kind):
        if group.tab != tab or group.facts:
            continue
        path = settings.CARD_GROUPS.get(group.name)
        panel: Panel | None = import_string(path)(request, customer) if path else None
        if panel is not None:
            panels.append(panel)
        elif not path:
            waiting.append(group)
    if waiting:
        panels.append(
            Panel("waiting", _("Filled in by other books"), "customers/card/_waiting.html", {"groups": waiting}, wide=False, order=90)
        )  # fmt: skip
    return panels


def learn_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """下一步可了解: the open facts that count most at this customer's grade, each with its reason."""
    reading = reading_of(request, customer)
    missing = reading.complete.missing[:MOST_TO_LEARN]
    if not missing:
        return None
    rows = [_to_learn(reading, one) for one in missing]
    context = {"customer": customer, "rows": rows, "more": len(reading.complete.missing) - len(rows)}
    return Panel(
        "learn", _("Worth learning next"), "customers/card/_learn.html", context, wide=False, order=5
    )


def _to_learn(reading: CardReading, one: Missing) -> dict[str, Any]:
    return {
        "url": _where_to_fill(reading, one.path),
        "label": title_of(one.path, reading),
        "why": why_of(one.path),
        "points": one.points,
    }


def _where_to_fill(reading: CardReading, path: str) -> str:
    if path == "position":
        return reverse("customers:edit", args=[reading.customer.pk]) + "#id_longitude"
    return reading.cells.address(path)


@Later("timeline", _("Timeline"), order=60)
def timeline_panel(request: HttpRequest, customer: Customer) -> Panel:
    """The last few events on the overview, all of them by pages on their tab."""
    whole = request.GET.get("tab") == "timeline"
    user: Any = request.user
    events, more = (
        events_of(customer, user, request.GET.get("before", ""))
        if whole
        else events_of(customer, user, limit=OVERVIEW_EVENTS)
    )
    context = {"customer": customer, "events": events, "more": more, "whole": whole}
    return Panel("timeline", _("Timeline"), "customers/card/_timeline.html", context, order=60)
