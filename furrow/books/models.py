"""Lines of the purchase-sales book, and how the company cuts its periods (P1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.books import rules
from furrow.books.rules import Derived, Entry, Period
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel, Deletable
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class PeriodKind(models.TextChoices):
    """How long a period is."""

    MONTH = rules.MONTH, pgettext_lazy("period", "Month")
    WEEK = rules.WEEK, pgettext_lazy("period", "Week")


class Source(models.TextChoices):
    """Where a line's figures come from."""

    TYPED = "typed", pgettext_lazy("source", "Typed in")
    IMPORT = "import", pgettext_lazy("source", "Import")
    API = "api", pgettext_lazy("source", "Other program")
    ORDER = "order", pgettext_lazy("source", "Orders")
    VISIT = "visit", pgettext_lazy("source", "Visit")


class PeriodCut(BaseModel):
    """From this day on the company's periods are of this kind; before the first one they are months."""

    start = models.DateField(pgettext_lazy("book", "From"), unique=True)
    kind = models.CharField(pgettext_lazy("book", "Period"), max_length=5, choices=PeriodKind)

    class Meta:
        ordering = ["start"]

    def __str__(self) -> str:
        return f"{self.start} {self.kind}"


class BookLineQuerySet(models.QuerySet["BookLine"]):
    """Lines, narrowed."""

    def alive(self) -> BookLineQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> BookLineQuerySet:
        """Living lines of living customers in the user's reach."""
        return self.alive().filter(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)

    def first_of_their_period(self) -> BookLineQuerySet:
        """Of each customer's period the line that was entered first."""
        earlier = BookLine.objects.alive().filter(
            customer=models.OuterRef("customer"), start=models.OuterRef("start"), pk__lt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(earlier))

    def deleted_within_reach(self, user: User) -> BookLineQuerySet:
        """Softly deleted lines that would be visible to the user."""
        return self.exclude(deleted_at=None).filter(
            owned_within_reach(user, "customer__owner"), customer__deleted_at=None
        )


class BookLine(Deletable):
    """One product at one customer in one period, in the product's units. `opening` and `difference` follow from the line before
    (rules.chain) and are kept by the services; an empty figure is not known, 0 is counted and none."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="book_lines"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="book_lines"
    )
    start = models.DateField(pgettext_lazy("book", "Period"))
    end = models.DateField(_("Last day"), editable=False)
    opening_given = models.IntegerField(_("Opening stock"), null=True, blank=True)
    bought = models.IntegerField(_("Bought"), null=True, blank=True)
    sold = models.IntegerField(_("Sold on"), null=True, blank=True)
    stock = models.IntegerField(pgettext_lazy("book", "Stock"), null=True, blank=True)
    price = models.DecimalField(_("Retail price"), max_digits=10, decimal_places=2, null=True, blank=True)
    source = models.CharField(
        _("Source"), max_length=10, choices=Source, default=Source.TYPED, editable=False
    )
    opening = models.IntegerField(null=True, editable=False)
    difference = models.IntegerField(null=True, editable=False)

    objects = BookLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("Purchase-sales book")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "product", "start"],
                condition=models.Q(deleted_at=None),
                name="book_line_once",
            )
        ]
        indexes = [
            models.Index(fields=["start", "id"], name="book_line_start"),
            models.Index(fields=["customer", "start"], name="book_line_customer"),
            models.Index(
                fields=["start", "id"],
                name="book_line_unequal",
                condition=models.Q(difference__isnull=False) & ~models.Q(difference=0),
            ),
        ]

    if TYPE_CHECKING:
        customer_id: int
        product_id: int

    def __str__(self) -> str:
        return f"{self.product} {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def entry(self) -> Entry:
        return Entry(self.bought, self.sold, self.stock, self.opening_given)

    @property
    def derived(self) -> Derived:
        return Derived(self.opening, self.difference)
