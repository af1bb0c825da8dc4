"""Lines of the book are found by their customer and their product; there is no index of their own."""

from __future__ import annotations

from typing import Any

from django.db import models

from furrow.books.models import BookLine
from furrow.catalog.models import Product
from furrow.catalog.search import PRODUCTS
from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.grams import TextIndex

MOST_NAMES = 50


class BookIndex(TextIndex):
    """Asks the indexes of customers and products."""

    def match(
        self, query: str, *, limit: int, within: models.QuerySet[Any] | None = None, slips: bool = False
    ) -> list[int]:
        """Lines of the customers or products found, the latest first; reach is that of `within`."""
        rows = BookLine.objects.alive() if within is None else within
        here = models.Exists(rows.order_by().filter(customer_id=models.OuterRef("pk")))
        customers = CUSTOMERS.match(
            query, limit=MOST_NAMES, within=Customer.objects.filter(here), slips=slips
        )
        there = models.Exists(rows.order_by().filter(product_id=models.OuterRef("pk")))
        products = PRODUCTS.match(query, limit=MOST_NAMES, within=Product.objects.filter(there), slips=slips)
        found = rows.filter(models.Q(customer_id__in=customers) | models.Q(product_id__in=products))
        return list(found.order_by("-start", "-id").values_list("pk", flat=True)[:limit])


BOOK = BookIndex("catalog_search")
