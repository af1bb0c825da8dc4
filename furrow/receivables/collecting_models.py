"""Collecting (P6.3): what customers promised, what was done, and how each of them pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.kit.places import Region
from furrow.receivables.money import NOTHING, MoneyField
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class CollectingQuerySet(models.QuerySet[Any]):
    """Rows of collecting, narrowed."""

    def visible_to(self, user: User) -> CollectingQuerySet:
        """Those of customers in the user's reach."""
        return self.filter(owned_within_reach(user, "customer__owner"))


class PromiseToPay(BaseModel):
    """付款承诺: a sum by a day. Payments received from the day it was given on fill it; the day over and not filled, it is broken."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="promises")
    amount = MoneyField(_("Amount"))
    received = MoneyField(_("Received"), default=NOTHING, editable=False)
    given_on = models.DateField(pgettext_lazy("promise", "Given on"))
    due = models.DateField(_("Promised for"))
    said_by = models.CharField(_("Promised by"), max_length=60, blank=True)
    kept_on = models.DateField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CollectingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Promise to pay")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, received__gte=0), name="promise_above_zero"),
        ]
        indexes = [models.Index(fields=["customer", "due"], name="promise_customer")]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.amount} {self.due}"

    @property
    def state(self) -> str:
        """withdrawn, kept, broken or open, as of today."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.kept_on:
            return "kept"
        return "broken" if self.due < timezone.localdate() else "open"


class Level(models.IntegerChoices):
    """催款级别: the ladder from a friendly word to the court."""

    REMIND = 1, _("Remind")
    CALL = 2, pgettext_lazy("ladder", "Call")
    VISIT = 3, pgettext_lazy("ladder", "Visit")
    MANAGER = 4, _("Manager steps in")
    STOP = 5, _("Stop supply")
    LEGAL = 6, _("Legal steps")


class CollectingStep(BaseModel):
    """One attempt to collect: on which rung, what came of it, when to ask again."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="collecting_steps")
    level = models.PositiveSmallIntegerField(pgettext_lazy("ladder", "Step"), choices=Level)
    day = models.DateField(_("Date"))
    spoke_with = models.CharField(_("Spoke with"), max_length=60, blank=True)
    result = models.CharField(_("Result"), max_length=300)
    ask_again = models.DateField(_("Ask again on"), null=True, blank=True)
    overdue = MoneyField(_("Overdue"), default=NOTHING, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CollectingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Collecting step")
        indexes = [models.Index(fields=["customer", "-day", "-id"], name="collecting_step_latest")]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.day}"


class PayingHabit(BaseModel):
    """付款习惯: when this customer pays, when not to ask, what else it has to pay. Days are of the month."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="paying_habit")
    pay_days = models.CharField(_("Paying days of the month"), max_length=40, blank=True)
    pay_from = models.TimeField(_("Pays from"), null=True, blank=True)
    pay_until = models.TimeField(_("Pays until"), null=True, blank=True)
    avoid_from = models.TimeField(_("Do not ask from"), null=True, blank=True)
    avoid_until = models.TimeField(_("Do not ask until"), null=True, blank=True)
    wage_day = models.PositiveSmallIntegerField(
        _("Wage day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    other_bills = models.CharField(_("Other bills"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Paying habits")

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return self.pay_days


class RegionHours(BaseModel):
    """地区不宜催款时段: hours in which nobody in a region is asked for money, for customers who said nothing else themselves (P6.3). The narrowest
    region counts."""

    region = models.OneToOneField(
        Region, verbose_name=_("Region"), on_delete=models.CASCADE, related_name="+"
    )
    avoid_from = models.TimeField(_("Do not ask from"))
    avoid_until = models.TimeField(_("Do not ask until"))
    note = models.CharField(_("Why"), max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("Hours not to ask")
        constraints = [
            models.CheckConstraint(
                condition=~Q(avoid_from=models.F("avoid_until")), name="region_hours_are_some"
            )
        ]

    if TYPE_CHECKING:
        region_id: str

    def __str__(self) -> str:
        return f"{self.region} {self.avoid_from:%H:%M}–{self.avoid_until:%H:%M}"
