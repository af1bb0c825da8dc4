"""What the background count keeps: how complete each card is, and sums per region, kind and owner, so that no page counts customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from furrow.customers.models import Customer, Kind
from furrow.team.access import owned_within_reach
from furrow.team.models import User

NO_REGION = "0"  # region of the sums over customers without one; "" is the whole country


class ArchiveState(models.Model):
    """How complete a living customer's card is (percent) and the day it was last confirmed, as `date.toordinal` so that days can be averaged."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="archive"
    )
    percent = models.PositiveSmallIntegerField()
    confirmed_day = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["percent", "customer"], name="archive_percent"),
            models.Index(fields=["confirmed_day", "customer"], name="archive_confirmed"),
        ]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.customer_id} {self.percent}%"


class ArchiveCountQuerySet(models.QuerySet["ArchiveCount"]):
    """Sums, narrowed."""

    def visible_to(self, user: User) -> ArchiveCountQuerySet:
        """Sums over the customers in the user's reach."""
        return self.filter(owned_within_reach(user))


class ArchiveCount(models.Model):
    """Sums over the living customers of one kind and owner in a region and all below it. Replaced as a whole by each count."""

    region = models.CharField(max_length=9, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    customers = models.PositiveIntegerField()
    graded = models.PositiveIntegerField()
    placed = models.PositiveIntegerField()
    visited = models.PositiveIntegerField(default=0)
    percents = models.PositiveBigIntegerField()
    confirmed = models.PositiveIntegerField()
    confirmed_days = models.PositiveBigIntegerField()

    objects = ArchiveCountQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["region", "kind"], name="archive_count_region")]

    def __str__(self) -> str:
        return f"{self.region} {self.kind} {self.customers}"
