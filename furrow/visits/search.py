"""Contact records are found by their customer; there is no index of their own."""

from __future__ import annotations

from typing import Any

from django.db import models

from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.grams import TextIndex
from furrow.visits.models import ContactRecord

MOST_NAMES = 50


class RecordIndex(TextIndex):
    """Asks the index of customers."""

    def match(
        self, query: str, *, limit: int, within: models.QuerySet[Any] | None = None, slips: bool = False
    ) -> list[int]:
        """Records of the customers found, the latest first; reach is that of `within`."""
        rows = ContactRecord.objects.alive() if within is None else within
        here = models.Exists(rows.order_by().filter(customer_id=models.OuterRef("pk")))
        customers = CUSTOMERS.match(
            query, limit=MOST_NAMES, within=Customer.objects.filter(here), slips=slips
        )
        found = rows.filter(customer_id__in=customers).order_by("-started_at", "-id")
        return list(found.values_list("pk", flat=True)[:limit])


RECORDS = RecordIndex("customers_search")
