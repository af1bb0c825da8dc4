"""What duplicates are found by, the pairs a scan found, and merges with all it takes to undo them (P2.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.kit.models import Job
from furrow.team.access import owned_within_reach
from furrow.team.models import User

UNDO_DAYS = 30


class LikenessKey(models.Model):
    """One key of one living customer, see duplicates.keys_of. Kept by the services together with the customer."""

    pk = models.CompositePrimaryKey("key", "customer")
    key = models.BigIntegerField()
    # No constraint and no index by customer: ten of these stand for each, and either would cost an import as much as the keys do.
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"{self.key} {self.customer_id}"

    if TYPE_CHECKING:
        customer_id: int


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    """Pairs, narrowed."""

    def visible_to(self, user: User) -> DuplicatePairQuerySet:
        """Pairs of living customers that are both in the user's reach."""
        return self.filter(
            owned_within_reach(user, "first__owner"),
            owned_within_reach(user, "second__owner"),
            first__deleted_at=None,
            second__deleted_at=None,
        )

    def undecided(self) -> DuplicatePairQuerySet:
        return self.filter(decided_at=None)


class DuplicatePair(models.Model):
    """Two customers that a scan took for one, the lower id first; once somebody says they are two, that is kept."""

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    found_by = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("Possible duplicate")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_lower_first"
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="duplicate_pair_best")]

    if TYPE_CHECKING:
        first_id: int
        second_id: int

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.score}"


class CustomerMergeQuerySet(models.QuerySet["CustomerMerge"]):
    """Merges, narrowed."""

    def visible_to(self, user: User) -> CustomerMergeQuerySet:
        """Merges whose record kept is in the user's reach, be it deleted since."""
        return self.filter(owned_within_reach(user, "kept__owner"))

    def standing(self) -> CustomerMergeQuerySet:
        """Those not undone."""
        return self.filter(undone_at=None)


class CustomerMerge(models.Model):
    """合并: `gone` became part of `kept`. `fields`: name -> [before, after] of the record kept; `moved`: per relation, what its
    room needs to put the rows back."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merged_away")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    fields = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    objects = CustomerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Merge")
        ordering = ["-id"]

    if TYPE_CHECKING:
        kept_id: int
        gone_id: int

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    @property
    def may_be_undone(self) -> bool:
        """Within UNDO_DAYS days of the merge, once."""
        return self.undone_at is None and timezone.now() - self.at <= timedelta(days=UNDO_DAYS)
