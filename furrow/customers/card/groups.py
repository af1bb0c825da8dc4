"""The card as declared data: its seventeen groups with their facts, the facts of each kind, and what each fact is good for (P1.2, P1.3).

A fact is named by its path: "phone" is a column of the customer, "card.outlet_count" one of a table beside it, "lines.carried" a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.card.completeness import Wanted, weights
from furrow.customers.models import Customer, Kind

BUSINESS = frozenset({Kind.RETAILER, Kind.DEALER, Kind.CARRIER, Kind.KEY_ACCOUNT})
EVERY = frozenset(Kind)
# The tables beside the customer, by the name that leads to them from it.
TABLES = ("card", "dealer", "outlet", "carrier_hall", "company", "consumer", "rival", "public_body")
LINES = {"lines.carried": _("Brands, varieties, specifications"), "lines.prices": _("Retail prices seen")}
MONEY = frozenset(
    {"card.sales_capacity", "card.early_sales", "card.early_stock", "company.registered_capital", "rival.trade_price",
     "rival.retail_price"}
)  # fmt: skip
PAST = frozenset({"card.began_on", "company.founded_on", "consumer.bought_on"})  # dates that cannot lie ahead


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its path, weights at A to D for completeness ("0000": not asked for), and why it is worth knowing."""

    path: str
    digits: str = "0000"
    why: Any = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the card. `number` as on the paper form, 0 for facts of a kind; `tab` where it stands on the page.

    A computed group has no facts: another room fills it (settings.CARD_GROUPS), `filled_by` says which.
    """

    name: str
    number: int
    title: Any
    tab: str
    facts: tuple[Fact, ...] = ()
    kinds: frozenset[Kind] = BUSINESS
    filled_by: Any = ""


def _facts(prefix: str, *rows: tuple[str, str, Any] | str) -> tuple[Fact, ...]:
    return tuple(
        Fact(f"{prefix}.{row}") if isinstance(row, str) else Fact(f"{prefix}.{row[0]}", row[1], row[2])
        for row in rows
    )


BASICS = Group("basics", 1, _("Basics"), "facts", (
    Fact("name"), Fact("short_name"), Fact("kind"),
    Fact("contact_name", "9988", _("Whom to ask for at the door")),
    Fact("phone", "9999", _("Without it nobody can call ahead")),
    Fact("channel_type", "7776", _("Sets how many such outlets fit into a day")),
    Fact("status"), Fact("owner", "8876", _("Somebody must look after this customer")),
    Fact("region", "7776", _("Counts towards its area")), Fact("address", "8887", _("To find the door")),
    Fact("position", "9998", _("Without it no route can include it")),
    Fact("ownership_type", "4310", _("Says who answers for debts")),
    Fact("legal_representative", "5420", _("Signs the contract")), Fact("code"), Fact("note"),
), EVERY)  # fmt: skip

BUSINESS_GROUP = Group("business", 1, _("Business"), "facts", _facts(
    "card",
    ("main_people", "7520", _("Who decides, who buys, who pays")),
    ("background", "5200", _("Where whoever runs it comes from, to find common ground")),
    ("outlet_count", "5420", _("How far our goods can reach through it")), "staff_count",
    ("network_reach", "5310", _("Which areas it covers, so that two dealers do not collide")),
    ("business_scale", "4310", _("Large, medium or small in its trade")), "main_results",
    ("sales_capacity", "8631", _("What it could sell of our class: the room to grow")),
    ("house_rules", "4200", _("What one must not do there")),
))  # fmt: skip

GROUPS: tuple[Group, ...] = (
    BASICS,
    BUSINESS_GROUP,
    Group("beginning", 2, _("Beginning of the business"), "facts", _facts(
        "card", ("began_on", "4321", _("Anniversaries, and how long the tie has held")), ("opened_by_us", "2100", _("Who knows how it began")),
        ("opened_by_them", "3200", _("Who on their side wanted us")),
    )),
    Group("contract", 3, _("Contract"), "terms", _facts(
        "card", ("contract_number", "5410", _("To find the paper")), ("contract_start", "4310", _("From when the terms hold")),
        ("contract_end", "7520", _("To renew in time")), ("contract_terms", "6410", _("What was agreed")),
    )),
    Group("early", 4, _("Early classification"), "facts", _facts(
        "card", ("main_products", "6542", _("What it lives on, next to what ours would stand")), ("goodwill", "4320", _("Its name in the trade")),
        ("location", "5432", _("How many people pass")), ("floor_area", "4321", _("Room for display")), ("attitude", "4321", _("How open the door is")),
        ("early_sales", "5321", _("First guess until orders tell")), ("early_stock", "3200", _("First guess until the book tells")),
    )),
    Group("results", 5, _("Classification by results"), "results", filled_by=_("orders (annual sales, 532)")),
    Group("credit", 6, _("Credit grade"), "results", filled_by=_("the 5C assessment")),
    Group("carried", 7, _("Brands carried"), "facts", (
        Fact("lines.carried", "7532", _("Which rivals stand on the shelf, and what is missing of ours")),
    )),
    Group("settlement", 8, _("Settlement"), "terms", _facts(
        "card", ("settlement_time", "7642", _("When to come for money")), ("settlement_method", "7652", _("How the money comes")),
        ("invoice_use", "5431", _("The wrong invoice delays payment")),
    )),
    Group("procedure", 9, _("Settlement procedure"), "terms", _facts(
        "card", ("settlement_procedure", "6410", _("The steps from invoice to payment")), ("business_person", "5310", _("Who orders")),
        ("settlement_person", "7421", _("Who releases the payment")),
    )),
    Group("prices", 10, _("Retail prices"), "results", (Fact("lines.prices", "5310", _("Whether our price holds at the shelf")),)),
    Group("contribution", 11, _("Contribution"), "results", filled_by=_("orders and collection")),
    Group("delivery", 12, pgettext_lazy("card group", "Delivery"), "terms", _facts(
        "card", ("delivery_times", "6531", _("A truck at the wrong hour goes back")), ("delivery_requirements", "4310", _("How goods are taken in")),
    )),
    Group("complaints", 13, _("Complaints"), "results", filled_by=_("after-sales service")),
    Group("after_sales", 14, _("After-sales"), "terms", _facts(
        "card", ("after_sales_terms", "4320", _("What was promised")), "after_sales_notes",
    )),
    Group("relationship", 15, _("Relationship grade"), "results", filled_by=_("the relationship assessment")),
    Group("yearly", 16, _("Combined class of the year"), "results", filled_by=_("the yearly assessment")),
    Group("stakeholders", 17, _("Stakeholders"), "people", filled_by=_("contacts"), kinds=BUSINESS | {Kind.PUBLIC}),
)  # fmt: skip

KIND_GROUPS: tuple[Group, ...] = (
    Group("dealer", 0, _("Dealer"), "facts", _facts(
        "dealer", ("tier", "7764", _("Where it stands in the channel")), ("tie", "6531", _("How firmly we are bound")), "parent",
        ("area_covered", "7642", _("So that two dealers do not collide")), ("storage_area", "5420", _("How much it can hold")),
        ("vehicles", "4310", _("How fast it delivers")), ("sales_staff", "5420", _("Who sells for us there")),
        ("rival_brands", "6421", _("What competes for its money")),
    ), frozenset({Kind.DEALER})),
    Group("outlet", 0, _("Shop"), "facts", _facts(
        "outlet", ("supplied_by", "6531", _("Through whom our goods come")), ("opening_hours", "6654", _("When a visit makes sense")),
        ("counters", "3210", _("Room on show")), ("shop_assistants", "4310", _("Who recommends to buyers")), "display_place",
    ), frozenset({Kind.RETAILER})),
    Group("carrier_hall", 0, _("Carrier outlet"), "facts", _facts(
        "carrier_hall", ("carrier", "8888", _("Whose rules apply")), ("hall_type", "6654", _("Whether the hall may buy by itself")), "hall_code",
        ("hall_counters", "3210", _("Size of the hall")), ("monthly_devices", "6531", _("What it sells")),
        ("buying_channel", "7531", _("Who has to be won")),
    ), frozenset({Kind.CARRIER})),
    *(Group(name, 0, title, "company", _facts("company", *facts), frozenset({Kind.KEY_ACCOUNT})) for name, title, facts in (
        ("company_overview", _("Company overview"), (
            "founded_on", "registered_address", "office_address", "business_scope", ("industry", "6532", _("Which arguments fit")), "company_size",
            ("head_count", "5310", _("Size of the need")), ("bank_grade", "6410", _("What the bank thinks of it")),
            ("registered_capital", "5310", _("What it can answer for")), "trade_right", "listing")),
        ("company_history", _("Company history"), (
            "registration_authority", ("registration_number", "6531", _("To check it on public record")), "superior_body", "company_history")),
        ("company_management", _("Management"), (
            ("highest_authority", "7531", _("Where the last word is spoken")), "chairman", ("general_manager", "6421", _("Whom to win at the top")), "deputies")),
        ("company_production", _("Production and operation"), (
            "production_sites", "equipment", "staff_mix", ("buying_way", "8642", _("The road an order takes there")), "selling_way")),
        ("company_finance", _("Financial condition"), (
            "liquidity", "asset_management", ("solvency", "6410", _("Whether it can pay")), "profitability", "resistance")),
        ("company_banks", _("Banks"), ("banks",)),
        ("company_litigation", _("Litigation"), ("litigation",)),
        ("company_prospects", _("Prospects"), (("prospects", "5310", _("Whether to build on it")),)),
    )),
    Group("consumer", 0, _("Consumer"), "facts", _facts(
        "consumer", ("bought", "8765", _("What it uses now")), ("bought_on", "5432", _("When the next one is due")), "bought_at",
        ("wants", "7653", _("What to offer")), ("heard_from", "4321", _("Which promotion works")),
    ), frozenset({Kind.CONSUMER})),
    Group("rival", 0, _("Competing product"), "facts", _facts(
        "rival", ("maker", "7777", _("Who stands behind it")), ("rival_brand", "7777", _("How buyers call it")), "rival_specification",
        ("trade_price", "8765", _("What dealers pay")), ("retail_price", "8765", _("What buyers pay")), ("strengths", "7654", _("What we have to match")),
        ("weaknesses", "7654", _("Where ours is better")), "rival_activity", ("our_answer", "6543", _("What a rep says to it")),
    ), frozenset({Kind.RIVAL})),
    Group("public_body", 0, _("PR body"), "facts", _facts(
        "public_body", ("body", "8888", _("How to deal with it")), ("matter", "8765", _("Why it matters to us")),
        ("person_in_charge", "7654", _("Whom to know there")), ("our_contact", "6543", _("Who keeps the tie")), "occasions",
    ), frozenset({Kind.PUBLIC})),
)  # fmt: skip

# Facts of the customer's own row that say nothing about these kinds.
_NOT_OF = {
    Kind.CONSUMER: {"contact_name", "channel_type", "ownership_type", "legal_representative", "position"},
    Kind.RIVAL: {"contact_name", "phone", "channel_type", "address", "position", "ownership_type", "legal_representative"},
    Kind.PUBLIC: {"channel_type", "ownership_type", "legal_representative", "position"},
}  # fmt: skip


@cache
def groups_of(kind: str) -> tuple[Group, ...]:
    """The card of one kind, in the order of the paper form; the kind's own groups follow the basics."""
    mine = [group for group in GROUPS if kind in group.kinds]
    own = [group for group in KIND_GROUPS if kind in group.kinds]
    return (*mine[:1], *own, *mine[1:])


def group_named(kind: str, name: str) -> Group | None:
    """The group of that name on the card of a kind."""
    return next((group for group in groups_of(kind) if group.name == name), None)


def facts_of(kind: str) -> Iterator[tuple[Group, Fact]]:
    """All facts of a kind's card."""
    for group in groups_of(kind):
        for fact in group.facts:
            yield group, fact


@cache
def wanted_of(kind: str) -> tuple[Wanted, ...]:
    """What completeness asks of a kind."""
    left_out: set[str] = _NOT_OF.get(Kind(kind), set())
    return tuple(
        Wanted(fact.path, weights(fact.digits))
        for _group, fact in facts_of(kind)
        if fact.digits != "0000" and fact.path not in left_out
    )


@cache
def why_of(path: str) -> Any:
    """Why a fact is worth knowing."""
    for group in (*GROUPS, *KIND_GROUPS):
        for fact in group.facts:
            if fact.path == path:
                return fact.why
    return ""


def table_of(path: str) -> type[models.Model]:
    """The table that holds the fact; raises LookupError for a path that no card has."""
    table, dot, _column = path.partition(".")
    if not dot:
        return Customer
    if table not in TABLES:
        raise LookupError(path)
    related: Any = Customer._meta.get_field(table).related_model
    return related  # type: ignore[no-any-return]


def column_of(path: str) -> Any:
    """The model field of a fact."""
    return table_of(path)._meta.get_field(path.rpartition(".")[2])


def label_of(path: str) -> str:
    """The fact's name in the reader's language."""
    if path in LINES:
        return str(LINES[path])
    if path == "position":
        return str(pgettext_lazy("map", "Position"))
    return str(column_of(path).verbose_name)
