"""What the books of money show on other rooms' pages: the customer's page and timeline, the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING as NOT_KNOWN
from furrow.kit.figures import money, percent
from furrow.kit.shell import Card, Figure
from furrow.receivables import credit, queries, words
from furrow.receivables.contribution import contributions
from furrow.receivables.models import Account, EntryKind, LedgerEntry
from furrow.receivables.money import NOTHING
from furrow.receivables.pages import credit_words, overdue_tag
from furrow.records.record import Later, Panel
from furrow.team.access import may
from furrow.team.models import User


def contribution_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 11 of the card: volume, value, money collected, receivables, payment days, and for those who may see costs what it earned us (P1.2);
    never typed."""
    user: Any = request.user
    if not may(user, "receivables.view"):
        return None
    today = timezone.localdate()
    found = queries.paying_facts([customer.pk], today).get(customer.pk)
    costs = may(user, "catalog.costs")
    earned = contributions([customer.pk], today - timedelta(days=365), today).get(customer.pk) if costs else None  # fmt: skip
    account = Account.objects.visible_to(user).filter(customer=customer).first()
    late = percent(found.late_share) if found and found.late_share is not None else NOTHING
    return Panel("contribution", gettext("Contribution"), "receivables/_contribution.html", {"facts": found, "account": account, "late": late, "earned": earned, "costs": costs}, order=31)  # fmt: skip


def due_figure(request: HttpRequest, customer: Customer) -> Figure | None:
    """Money due, for the strip below the head of the customer's page."""
    user: Any = request.user
    label = gettext("Money due")
    due = queries.due_of(customer, user) if may(user, "receivables.view") else None
    if due is None:
        return Figure(label, NOT_KNOWN, sub=gettext("No invoices yet"))
    balance, oldest = due
    return Figure(label, money(balance), sub=overdue_tag(oldest), owed=balance > 0)


@Later("credit", _("Credit"), wide=False, order=35)
def credit_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """The customer's credit, and a way to the account."""
    user: Any = request.user
    if not may(user, "receivables.view"):
        return None
    account = Account.objects.visible_to(user).filter(customer=customer).first()
    if account is None:
        return None
    context = {"account": account, "customer": customer} | credit_words(credit.check(customer.pk))
    return Panel("credit", gettext("Credit"), "receivables/_credit.html", context, wide=False, order=35)


ICONS = {"invoice": "file-invoice", "payment": "cash", "refund": "cash", "credit_note": "file-invoice"}


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: every entry of its ledger."""
    if not may(user, "receivables.view"):
        return []
    return [
        Event(
            at, pk, ICONS.get(kind, "receipt"), EntryKind(kind).label, who=who or "", text=f"{document} {money(amount)}",
            url=reverse("invoices:page", args=[invoice]) if invoice else reverse("payments:page", args=[payment]),
        )
        for at, pk, kind, who, document, amount, invoice, payment in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


_EVENTS = TimelineRead(
    LedgerEntry.objects.visible_to,
    *("kind", "by__name", "document", "amount", "invoice_id", "payment_id"),
)


def home_card(user: User) -> Card | None:
    """Receivables in reach on the home page; None while nothing is owed."""
    if (
        not may(user, "receivables.view")
        or not Account.objects.visible_to(user).filter(balance__gt=0).exists()
    ):
        return None
    found = queries.aging(user)
    share = found.overdue / found.total if found.total else NOTHING
    figures = (
        Figure(gettext("Receivables"), money(found.total), owed=True),
        Figure(gettext("Overdue"), money(found.overdue), sub=percent(share), owed=found.overdue > 0),
        Figure(words.BUCKETS["older"], money(found.buckets["older"]), owed=found.buckets["older"] > 0),
    )
    return Card(
        gettext("Receivables"), figures, reverse("receivables:collecting"), gettext("To collect today")
    )
