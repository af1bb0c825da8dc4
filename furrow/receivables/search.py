"""Accounts, invoices and payments are found by their customer, and documents by their number; there is no index of their own."""

from __future__ import annotations

from typing import Any

from django.db import models

from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.grams import TextIndex

MOST_NAMES = 50


class OfCustomerIndex(TextIndex):
    """Asks the index of customers; `numbered` rows also go by the beginning of their number."""

    def __init__(self, model: Any, *, numbered: bool = True) -> None:
        super().__init__("customers_search")
        self.model, self.numbered = model, numbered

    def match(
        self, query: str, *, limit: int, within: models.QuerySet[Any] | None = None, slips: bool = False
    ) -> list[int]:
        """Rows of the customers found, the latest first; reach is that of `within`."""
        rows = self.model.objects.all() if within is None else within
        here = models.Exists(rows.order_by().filter(customer_id=models.OuterRef("pk")))
        found = CUSTOMERS.match(query, limit=MOST_NAMES, within=Customer.objects.filter(here), slips=slips)
        condition = models.Q(customer_id__in=found)
        if self.numbered and "\x00" not in query:
            condition |= models.Q(number__startswith=query.strip().upper()[:20])
        return list(rows.filter(condition).order_by("-id").values_list("pk", flat=True)[:limit])
