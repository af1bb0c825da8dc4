"""The strip of figures below the name on a customer's page: grade, credit, relationship, money due, open complaints.

Other rooms give theirs (settings.CARD_FIGURES); until a room keeps that book the figure says which one will fill it, never a number.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from furrow.customers.card.groups import BUSINESS
from furrow.customers.models import Customer
from furrow.kit.figures import NOTHING
from furrow.kit.marks import grade as grade_mark
from furrow.kit.shell import Figure

# Name, label, and the book it comes from.
BOOKS: tuple[tuple[str, Any, Any], ...] = (
    ("credit", _("Credit grade"), _("the 5C assessment")),
    ("relationship", _("Relationship grade"), _("the relationship assessment")),
    ("due", _("Money due"), _("orders and collection")),
    ("complaints", _("Open complaints"), _("after-sales service")),
)


def header_figures(request: HttpRequest, customer: Customer) -> tuple[Figure, ...]:
    """Grade first, then what the books say; a consumer, a competing product or a PR body has the grade alone."""
    figures = [_grade(customer)]
    if customer.kind in BUSINESS:
        figures += [_figure(request, customer, *book) for book in BOOKS]
    return tuple(figures)


def _grade(customer: Customer) -> Figure:
    differs = customer.customer_grade not in ("", customer.visit_grade)
    told = gettext("Customer grade %(letter)s") % {"letter": customer.customer_grade} if differs else ""
    return Figure(gettext("Visit grade"), grade_mark(customer.visit_grade), sub=told)


def _figure(request: HttpRequest, customer: Customer, name: str, label: Any, source: Any) -> Figure:
    path = settings.CARD_FIGURES.get(name)
    if not path:
        return Figure(str(label), NOTHING, sub=gettext("from %(source)s") % {"source": source})
    figure: Figure | None = import_string(path)(request, customer)
    return figure or Figure(str(label), NOTHING, sub=gettext("Not judged yet"))
