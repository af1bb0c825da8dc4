"""How much a customer may owe and for how long (P6.2): company default, credit class, own limit that expires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.receivables.money import MoneyField
from furrow.team.access import owned_within_reach
from furrow.team.models import User

LONGEST_TERM = 365


class CreditPolicy(BaseModel):
    """The company's own: what holds for customers without class and own limit, and what it bears before it holds an order. One row."""

    default_limit = MoneyField(_("Credit limit without a class"))
    default_term = models.PositiveSmallIntegerField(
        _("Payment term without a class (days)"), validators=[MaxValueValidator(LONGEST_TERM)]
    )
    days_overdue = models.PositiveSmallIntegerField(
        _("Days overdue that are borne"), default=7, validators=[MaxValueValidator(LONGEST_TERM)]
    )
    broken_promises = models.PositiveSmallIntegerField(
        _("Broken promises that are borne"), default=1, validators=[MaxValueValidator(20)]
    )

    def __str__(self) -> str:
        return str(self.default_limit)


class CreditLimitQuerySet(models.QuerySet[Any]):
    """Own limits, narrowed."""

    def visible_to(self, user: User) -> CreditLimitQuerySet:
        """Those of customers in the user's reach."""
        return self.filter(owned_within_reach(user, "customer__owner"))


class CreditLimit(BaseModel):
    """A customer's own limit or term until a day; a newer one takes its place, all stay as history."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_limits")
    limit = MoneyField(_("Credit limit"), null=True, blank=True)
    term_days = models.PositiveSmallIntegerField(
        _("Payment term (days)"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_TERM)]
    )
    expires = models.DateField(_("Valid until"))
    reason = models.CharField(_("Reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CreditLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Credit limit")
        indexes = [models.Index(fields=["customer", "-id"], name="credit_limit_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=False) | Q(term_days__isnull=False),
                name="credit_limit_says_something",
            )
        ]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.limit}"
