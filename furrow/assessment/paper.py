"""What the printed customer card shows of assessments: groups 5, 6, 15 and 16 (P1.2). The latest class by each card; who judged by
which criteria stands on the customer's page."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import ngettext

from furrow.assessment.cards import CREDIT
from furrow.assessment.queries import Standing, standing
from furrow.customers.models import Customer
from furrow.kit.figures import day, money
from furrow.team.access import may
from furrow.team.models import User

Rows = dict[int, list[tuple[str, ...]]]


def _standing(user: User, customers: Sequence[Customer], code: str) -> dict[int, Standing]:
    return standing(code, [one.pk for one in customers]) if may(user, "assessment.view") else {}


def results_on_paper(user: User, customers: Sequence[Customer]) -> Rows:
    """Year, annual sales (from the books, not here), class 532, size, remark."""
    classes, sizes = (_standing(user, customers, code) for code in ("class_532", "customer_size"))
    found: Rows = {}
    for pk in classes.keys() | sizes.keys():
        both = [one for one in (classes.get(pk), sizes.get(pk)) if one]
        year = str(max(one.at for one in both).year)
        found[pk] = [(year, "", *(known[pk].name if pk in known else "" for known in (classes, sizes)), "")]
    return found


def credit_on_paper(user: User, customers: Sequence[Customer]) -> Rows:
    """The five criteria are written by hand; credit grade, limit and term."""
    return {
        pk: [("", "", "", "", "", one.name, _limit_and_term(one))]
        for pk, one in _standing(user, customers, CREDIT).items()
    }


def _limit_and_term(one: Standing) -> str:
    limit, days = one.values.get("limit"), one.values.get("term_days")
    if limit is None:
        return ""
    term = "" if days is None else ngettext("%(n)s day", "%(n)s days", int(days)) % {"n": days}
    return f"{money(limit)} {term}".strip()


def relationship_on_paper(user: User, customers: Sequence[Customer]) -> Rows:
    """A row for the quarter and one for the year: the day of judging and the grade; criteria by hand."""
    found: Rows = {}
    for code in ("relationship_quarter", "relationship_year"):
        for pk, one in _standing(user, customers, code).items():
            found.setdefault(pk, []).append((day(one.at), "", "", "", "", "", one.name))
    return found


def yearly_on_paper(user: User, customers: Sequence[Customer]) -> Rows:
    """The year and its combined class."""
    return {
        pk: [(str(one.at.year), "", "", "", one.name)]
        for pk, one in _standing(user, customers, "yearly_class").items()
    }
