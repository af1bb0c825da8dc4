"""What other rooms' pages show of the books: the figure of money due, asked for in the reader's reach only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from furrow.customers.services import create_customer
from furrow.receivables.elsewhere import credit_panel, due_figure
from furrow.receivables.services import Line, issue_invoice, record_payment
from tests.cast import Cast


def asked_by(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.django_db
def test_money_due_is_shown_with_its_age_to_those_in_reach(cast: Cast) -> None:
    shop = create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)
    nothing = due_figure(asked_by(cast.rep), shop)
    assert nothing is not None and nothing.sub == "No invoices yet"
    assert credit_panel(asked_by(cast.rep), shop) is None
    day = timezone.localdate() - timedelta(days=40)
    issue_invoice(shop, [Line("x", 1, D("120.00"), 13)], day=day, term_days=30, by=None)
    record_payment(shop, D("20.00"), pays="oldest", by=None)
    due = due_figure(asked_by(cast.rep), shop)
    assert due is not None and due.owed and "100.00" in str(due.value) and "10 days overdue" in str(due.sub)
    hidden = due_figure(asked_by(cast.other_rep), shop)
    assert hidden is not None and hidden.sub == "No invoices yet" and not hidden.owed
    panel = credit_panel(asked_by(cast.rep), shop)
    assert panel is not None and "10 days overdue" in panel.context["held"]
    record_payment(shop, D("150.00"), pays="oldest", by=None)
    paid = due_figure(asked_by(cast.rep), shop)
    assert paid is not None and not paid.owed and not paid.sub
