"""Groups 5, 6, 15 and 16 of the printed customer card."""

from __future__ import annotations

import pytest

from furrow.assessment.paper import credit_on_paper, relationship_on_paper
from furrow.assessment.scorecards import card
from furrow.assessment.services import assess_customer
from furrow.customers.card.paper import HEADS, papers_of
from furrow.customers.services import create_customer
from tests.cast import Cast

CREDIT = card("credit_5c")


@pytest.mark.django_db
def test_the_latest_credit_grade_stands_with_limit_and_term(cast: Cast) -> None:
    shop = create_customer(by=None, name="顺达通讯", owner=cast.rep)
    assert credit_on_paper(cast.director, [shop]) == {} == relationship_on_paper(cast.director, [shop])
    for points in (1, 5):
        answers = {criterion.code: points for criterion in CREDIT.criteria()}
        assess_customer(shop, card=CREDIT, answers=answers, evidence="看过报表", by=cast.rep)
    (line,) = credit_on_paper(cast.director, [shop])[shop.pk]
    assert len(line) == len(HEADS["credit"]) and line[5:] == ("First", "¥200,000.00 60 days")
    (paper,) = papers_of([shop], cast.director)
    (section,) = (one for one in paper.front if one.name == "credit")
    assert section.lines == (line,)
