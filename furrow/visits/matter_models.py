"""What was promised to a customer, and what a customer complained of, each with an owner and a day (P5.2, 7.1 in the field)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.team.access import owned_within_reach
from furrow.team.models import User
from furrow.visits.models import ContactRecord


class MatterKind(models.TextChoices):
    """What is to be kept an eye on."""

    PROMISE = "promise", pgettext_lazy("matter", "Promise")
    COMPLAINT = "complaint", pgettext_lazy("matter", "Complaint")


class MatterQuerySet(models.QuerySet["Matter"]):
    """Promises and complaints, narrowed as customers; their owner sees them too."""

    def visible_to(self, user: User) -> MatterQuerySet:
        within = owned_within_reach(user, "customer__owner") | owned_within_reach(user, "owner")
        return self.filter(within, customer__deleted_at=None)

    def open(self) -> MatterQuerySet:
        return self.filter(closed_at=None)


class Matter(BaseModel):
    """A promise of ours, or a complaint of theirs: what, who sees to it, by which day, and how it ended."""

    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="matters"
    )
    record = models.ForeignKey(
        ContactRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="matters"
    )
    kind = models.CharField(_("Kind"), max_length=9, choices=MatterKind)
    text = models.CharField(_("What it is about"), max_length=300)
    due = models.DateField(_("To be done by"))
    owner = models.ForeignKey(User, verbose_name=_("Owner"), on_delete=models.PROTECT, related_name="matters")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(_("How it ended"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = _("Promise or complaint")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="matter_said"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="matter_closed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "closed_at", "due"], name="matter_customer"),
            models.Index(fields=["owner", "closed_at", "due"], name="matter_owner"),
        ]

    if TYPE_CHECKING:
        customer_id: int
        owner_id: int

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:40]}"
